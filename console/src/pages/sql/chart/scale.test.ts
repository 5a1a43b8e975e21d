import { describe, expect, it } from 'vitest'
import { numberScale, onLine } from './scale'
import { timeScale } from './timeScale'

const told = (least: number, most: number, fromZero = false) => {
  const scale = numberScale(least, most, { wanted: 5, fromZero })
  return scale.ticks.map(scale.words)
}

describe('a scale of numbers', () => {
  it('has round ticks around all values', () => {
    expect(told(3, 97)).toEqual(['0', '20', '40', '60', '80', '100'])
    expect(told(0.1, 0.3)).toEqual(['0', '0.1', '0.2', '0.3'])
    expect(told(-4, 6)).toEqual(['-4', '-2', '0', '2', '4', '6'])
  })

  it('begins at zero where that is near, and for bars', () => {
    expect(told(980, 1_000)[0]).toBe('980')
    expect(told(980, 1_000, true)[0]).toBe('0')
    expect(told(-1_000, -980, true).at(-1)).toBe('0')
  })

  it('has room around a single value', () => {
    for (const value of [0, 5, -5, 9007199254740992]) {
      const { from, to } = numberScale(value, value, { wanted: 5 })
      expect(from < value && value < to, String(value)).toBe(true)
    }
  })

  it('has no ticks between whole numbers', () => {
    expect(numberScale(1, 2, { wanted: 9, whole: true }).ticks).toEqual([0, 1, 2])
    expect(numberScale(7, 8, { wanted: 9, whole: true }).ticks).toEqual([7, 8])
  })

  it('shortens what is large and does not round ticks together', () => {
    expect(told(0, 4_000_000)).toEqual(['0', '1m', '2m', '3m', '4m'])
    expect(told(0, 2_500_000_000)).toEqual(['0', '0.5bn', '1bn', '1.5bn', '2bn', '2.5bn'])
    const close = told(1_000_000, 1_000_004)
    expect(new Set(close).size).toBe(close.length)
    expect(told(0, 4e20)).toEqual(['0', '1e+20', '2e+20', '3e+20', '4e+20'])
    expect(numberScale(-1.7e308, 1.7e308, { wanted: 5 }).ticks.length).toBeLessThan(12)
  })
})

describe('a scale of time', () => {
  const ticks = (from: string, to: string) => {
    const scale = timeScale(Date.parse(from), Date.parse(to), 72)
    return scale.ticks.map(scale.words)
  }

  it('has ticks at times that people name', () => {
    expect(ticks('2026-01-05', '2026-01-09')).toEqual(['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08', '2026-01-09'])
    expect(ticks('2026-01-10', '2026-05-20')).toEqual(['2026-02', '2026-03', '2026-04', '2026-05'])
    expect(ticks('2019-06-01', '2024-06-01')).toEqual(['2020', '2021', '2022', '2023', '2024'])
    expect(ticks('2026-01-05T10:00:30Z', '2026-01-05T10:02:10Z')).toEqual(['10:00:30', '10:00:45', '10:01:00', '10:01:15', '10:01:30', '10:01:45', '10:02:00'])
    expect(ticks('2026-01-05T22:00:00Z', '2026-01-06T22:00:00Z')).toEqual(['00:00', '03:00', '06:00', '09:00', '12:00', '15:00', '18:00', '21:00'])
  })

  it('has few ticks for every length, and room around a single time', () => {
    for (const days of [0.00001, 0.01, 1, 9, 45, 200, 900, 9_000, 90_000, 900_000]) {
      expect(timeScale(0, days * 86_400_000, 72).ticks.length, `${days} days`).toBeLessThanOrEqual(12)
    }
    const { from, to } = timeScale(0, 0, 72)
    expect(from < 0 && to > 0).toBe(true)
  })
})

it('places values on a line, also one that goes up', () => {
  expect(onLine({ from: 0, to: 10 }, 100, 0)(2.5)).toBe(75)
})
