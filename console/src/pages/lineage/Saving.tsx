import { useState, type RefObject } from 'react'
import { download, fileName } from '../../lib/download'
import type { Drawing } from './drawing'
import { edgesCsv, linesFor, linesOf } from './lines'
import { pngFile } from './pngFile'
import { svgFile } from './svgFile'

type Props = { drawing: Drawing; drawn: RefObject<SVGSVGElement | null>; title: string }

/** The graph to take away: as a drawing, a picture, or its links as a table. */
export function Saving({ drawing, drawn, title }: Props) {
  const [hasFailed, setHasFailed] = useState(false)
  const saveSvg = () => {
    if (drawn.current) download(fileName(title, 'svg'), 'image/svg+xml', svgFile(drawn.current, drawing))
  }
  const savePng = async () => {
    if (drawn.current === null) return
    try {
      download(fileName(title, 'png'), 'image/png', await pngFile(svgFile(drawn.current, drawing), drawing))
      setHasFailed(false)
    } catch {
      setHasFailed(true)
    }
  }
  const saveCsv = () => {
    const boxes = [...drawing.boxes.values()].map(({ box }) => box)
    const lines = linesOf({ boxes, links: drawing.links.map(({ link }) => link) })
    download(fileName(title, 'csv'), 'text/csv', edgesCsv(linesFor(lines, {})))
  }
  return (
    <div className="row" role="group" aria-label="Save as">
      <span aria-hidden="true">Save as</span>
      {(
        [
          ['SVG', saveSvg],
          ['PNG', () => void savePng()],
          ['CSV', saveCsv],
        ] as const
      ).map(([kind, save]) => (
        <button key={kind} type="button" className="button" aria-label={`Save as ${kind}`} onClick={save}>
          {kind}
        </button>
      ))}
      <span role="status" className="lineage-unsaved">{hasFailed && 'No picture could be drawn. Save it as SVG instead.'}</span>
    </div>
  )
}
