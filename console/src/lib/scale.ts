/** The least of … 0.5, 1, 2, 5, 10, 20, 50 … that is not below a positive number: what the marks of a scale are counted in. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const times = value / power
  return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10)
}
