/** Hands a text to the browser as a file. */
export function download(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 1000)
}

/** A name that every file system takes. */
export function fileName(text: string, ending: string): string {
  return `${text.replaceAll(/[^\w.-]+/g, '-').slice(0, 100)}.${ending}`
}
