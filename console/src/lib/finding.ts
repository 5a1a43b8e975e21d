/** Whether texts have every word that is looked for, in any order, in capitals or not; for no word all texts do. */
export function finder(words: string): (text: string) => boolean {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  return (text) => {
    const searched = text.toLowerCase()
    return wanted.every((word) => searched.includes(word))
  }
}
