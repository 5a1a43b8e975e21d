import { usePurposeWords } from '../lib/usePurposeWords'

/** A purpose with what it is and on which legal basis. */
export function Purpose({ name }: { name: string }) {
  const words = usePurposeWords(name)
  return (
    <>
      {name}
      {words !== undefined && (
        <span className="quiet small block">
          <bdi>{words}</bdi>
        </span>
      )}
    </>
  )
}
