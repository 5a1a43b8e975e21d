import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useWatching } from './useWatching'

function become(state: 'visible' | 'hidden') {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
  act(() => void document.dispatchEvent(new Event('visibilitychange')))
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  become('visible')
  vi.useRealTimers()
})

it('ends a while after the page is hidden, and begins again when it is seen', () => {
  const { result } = renderHook(useWatching)
  become('hidden')
  act(() => void vi.advanceTimersByTime(29_000))
  expect(result.current).toBe(true)
  act(() => void vi.advanceTimersByTime(2_000))
  expect(result.current).toBe(false)
  become('visible')
  expect(result.current).toBe(true)
})

it('does not end where the page is hidden for a moment only', () => {
  const { result } = renderHook(useWatching)
  become('hidden')
  act(() => void vi.advanceTimersByTime(10_000))
  become('visible')
  act(() => void vi.advanceTimersByTime(60_000))
  expect(result.current).toBe(true)
})
