/** What to say where taking back did something else than was asked for: somebody decided or ended it in between. */
export function surprise(pending: boolean, state: string): string | undefined {
  if (state === 'unchanged') return 'It had ended already. Nothing was changed.'
  if (pending && state === 'revoked') return 'It was approved a moment before. The access that came of it has ended.'
  return undefined
}
