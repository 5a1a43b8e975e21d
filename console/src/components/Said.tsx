/** The server's sentences have names and values in backticks; here these are code. */
export function Said({ text }: { text: string }) {
  const parts = text.split(/`([^`]+)`/)
  return <bdi>{parts.map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</bdi>
}
