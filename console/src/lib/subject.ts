export function subjectError(subject: string): string | undefined {
  return subject === 'service:' ? 'Write the name of the service.' : undefined
}
