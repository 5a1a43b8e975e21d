import { useSyncExternalStore } from 'react'
import { onForget } from '../lib/belongings'

/** Products to ask for together. Only their names are kept, in this tab. */
const KEY = 'tessera.cart'
/** More than a person decides about at once. */
const MOST_IN_CART = 50

function stored(): readonly string[] {
  try {
    const names: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]')
    return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : []
  } catch {
    return []
  }
}

let names = stored()
const listeners = new Set<() => void>()

function change(next: readonly string[]): void {
  names = next
  if (next.length === 0) sessionStorage.removeItem(KEY)
  else sessionStorage.setItem(KEY, JSON.stringify(next))
  listeners.forEach((listener) => listener())
}

onForget(() => change([]))

export function cartNow(): readonly string[] {
  return names
}

export function addToCart(name: string): void {
  if (!names.includes(name) && names.length < MOST_IN_CART) change([...names, name])
}

export function removeFromCart(name: string): void {
  change(names.filter((known) => known !== name))
}

export function useCart(): readonly string[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, cartNow)
}
