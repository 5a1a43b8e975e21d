/** Hands text or bytes to the browser as a file. */
export function download(name: string, type: string, content: BlobPart): void {
  const address = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has taken a large file over by then, too.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

/** A name that every file system takes. */
export function fileName(text: string, ending: string): string {
  return `${text.replaceAll(/[^\w.-]+/g, '-').slice(0, 100)}.${ending}`
}
