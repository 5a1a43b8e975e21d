/** An instant as it is cited: to the second, in UTC. */
export function at(instant: string): string {
  return `${instant.replace('T', ' ').slice(0, 19)} UTC`
}
