import { memo } from 'react'
import type { DrawnLink } from './drawing'
import { howWords } from './words'

/** How surely a value flows: rows decided and what is not known are drawn differently, not only in another colour. */
function strengthOf({ link }: DrawnLink): 'value' | 'rows' | 'unknown' {
  if (link.hows.includes('copy') || link.hows.includes('derived')) return 'value'
  return link.hows.includes('rows') ? 'rows' : 'unknown'
}

/** The lines between boxes, those of the chosen box last and so on top. */
export const LinkLines = memo(function LinkLines({ links, chosen }: { links: readonly DrawnLink[]; chosen: string | undefined }) {
  const touches = ({ link }: DrawnLink) => link.from === chosen || link.to === chosen
  const sorted = chosen === undefined ? links : [...links].sort((a, b) => Number(touches(a)) - Number(touches(b)))
  return (
    <g aria-hidden="true">
      {sorted.map((drawn) => (
        <path
          key={drawn.link.id}
          className="lineage-link"
          data-strength={strengthOf(drawn)}
          data-near={touches(drawn)}
          d={drawn.path}
          markerEnd={touches(drawn) ? 'url(#lineage-arrow-near)' : 'url(#lineage-arrow)'}
        >
          <title>{howWords(drawn.link.hows)}</title>
        </path>
      ))}
    </g>
  )
})
