import { Link } from '@tanstack/react-router'
import { Empty } from '../../components/Empty'
import { levelOf, type LineageSearch } from './search'

/** A graph that nobody could follow is not drawn; what shows the same is offered. */
export function TooMany({ boxes, search }: { boxes: number; search: LineageSearch }) {
  const far = (search.up ?? 1) > 1 || (search.down ?? 1) > 1
  return (
    <Empty title={`This would be a graph of ${boxes.toLocaleString('en')} boxes. Beyond 100 nobody can follow the lines.`}>
      <p>The table has all of it, can be filtered, and can be saved as a file.</p>
      <p className="row">
        <Link to="/lineage" search={{ ...search, view: 'table' }} className="button button-main">
          Show as a table
        </Link>
        <Link to="/lineage" search={{ ...search, view: 'impact' }} className="button">
          Show the impact
        </Link>
        {levelOf(search) !== 'product' && (
          <Link to="/lineage" search={{ ...search, level: 'product', sel: undefined }} className="button">
            Draw products only
          </Link>
        )}
        {far && (
          <Link to="/lineage" search={{ ...search, up: undefined, down: undefined }} className="button">
            Draw one step
          </Link>
        )}
      </p>
    </Empty>
  )
}
