import type { ChartKind } from '../search'
import { formsPath } from './paths'

/** What a series looks like in the drawing. */
export function Swatch({ kind, series, patterns }: { kind: ChartKind; series: number; patterns: string }) {
  return (
    <svg width={28} height={16} aria-hidden="true" className={`chart-series chart-series-${series}`}>
      {kind === 'bar' && <rect x={4} y={1} width={20} height={14} className="chart-bar" fill={fillOf(patterns, series)} />}
      {kind === 'line' && <path d="M1 8H27" className="chart-line" />}
      {kind !== 'bar' && <path d={formsPath([{ x: 14, y: 8 }], series, 4)} className="chart-form" />}
    </svg>
  )
}

export function fillOf(patterns: string, series: number): string {
  return `url(#${patterns}-${series})`
}

/** Bars have a pattern each, as colours alone do not tell them apart. */
export function Patterns({ id, count }: { id: string; count: number }) {
  return (
    <defs>
      {PATTERNS.slice(0, count).map((path, series) => (
        <pattern
          key={path}
          id={`${id}-${series}`}
          width={8}
          height={8}
          patternUnits="userSpaceOnUse"
          className={`chart-series chart-series-${series}`}
        >
          <rect width={8} height={8} className="chart-ground" />
          <path d={path} className="chart-hatch" />
        </pattern>
      ))}
    </defs>
  )
}

const PATTERNS = ['M0 4h8', 'M-2 2l4 -4M0 8l8 -8M6 10l4 -4', 'M4 0v8', 'M0 4h8M4 0v8']
