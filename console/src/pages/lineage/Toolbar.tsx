import type { RefObject } from 'react'
import { download, fileName } from '../../lib/download'
import type { Drawing } from './drawing'
import { svgFile } from './svgFile'
import { countWords } from './words'

type Props = {
  drawing: Drawing
  drawn: RefObject<SVGSVGElement | null>
  title: string
  zoomIn: () => void
  zoomOut: () => void
  fit: () => void
}

export function Toolbar({ drawing, drawn, title, zoomIn, zoomOut, fit }: Props) {
  const save = () => {
    if (drawn.current) download(fileName(title, 'svg'), 'image/svg+xml', svgFile(drawn.current, drawing))
  }
  return (
    <div className="row lineage-toolbar">
      <p role="status" className="quiet small">
        {countWords(drawing.boxes.size, drawing.links.length)}
      </p>
      <div className="row">
        <button type="button" className="button" onClick={zoomIn}>
          Zoom in
        </button>
        <button type="button" className="button" onClick={zoomOut}>
          Zoom out
        </button>
        <button type="button" className="button" onClick={fit}>
          Fit
        </button>
        <button type="button" className="button" onClick={save}>
          Save as SVG
        </button>
      </div>
    </div>
  )
}
