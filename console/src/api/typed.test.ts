import { expect, it } from 'vitest'

const sources = import.meta.glob<string>('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true })

/** An answer has the type that the API’s description gives it; a cast through `unknown` would hide that it changed. */
it('no source casts through unknown', () => {
  const checked = Object.entries(sources).filter(([path]) => !/\.test\.tsx?$/.test(path))
  expect(checked.length).toBeGreaterThan(100)
  const casts = checked.filter(([, text]) => /\bas unknown as\b|\bReflect\.get\(/.test(text))
  expect(casts.map(([path]) => path)).toEqual([])
})
