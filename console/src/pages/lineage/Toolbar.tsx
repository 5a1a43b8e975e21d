import type { RefObject } from 'react'
import type { Drawing } from './drawing'
import { Saving } from './Saving'
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
  return (
    <div className="row lineage-toolbar">
      <p role="status" className="quiet small">
        {countWords(drawing.boxes.size, drawing.links.length)}
      </p>
      <div className="row lineage-tools">
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
        </div>
        <Saving drawing={drawing} drawn={drawn} title={title} />
      </div>
    </div>
  )
}
