import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { asProblem } from '../../api/problem'
import { productPage } from '../../api/queries'
import { Skeleton } from '../../components/Skeleton'
import { nameParts } from '../../lib/reference'
import { Controls } from './Controls'
import { EdgeTable } from './EdgeTable'
import { FocusHead } from './FocusHead'
import { GraphView } from './GraphView'
import { ImpactView } from './ImpactView'
import { focusOf } from './place'
import { Refused } from './Refused'
import { hides, levelOf } from './search'
import { shownGraph } from './shown'
import { useSide } from './useSides'
import { useWide } from './useWide'

const NONE = { edges: [] }

export function Explorer({ focus: text }: { focus: string }) {
  const search = useSearch({ from: '/lineage' })
  const wide = useWide()
  const view = search.view ?? (wide ? 'graph' : 'table')
  const focus = useMemo(() => focusOf(text), [text])
  const name = nameParts(focus.product)
  const product = useQuery({ ...productPage(name), enabled: name.product !== '' })
  const [upSteps, downSteps] = [search.up ?? 1, search.down ?? 1]
  const up = useSide(text, 'up', upSteps, search.asof)
  const down = useSide(text, 'down', downSteps, search.asof)
  const level = levelOf(search)
  const { hide } = search

  const upEdges = (upSteps === 0 ? NONE : up.data)?.edges
  const downEdges = (downSteps === 0 ? NONE : down.data)?.edges
  const graph = useMemo(
    () =>
      upEdges === undefined || downEdges === undefined
        ? null
        : shownGraph({ up: upEdges, down: downEdges }, level, hides({ hide }), focus),
    [upEdges, downEdges, level, hide, focus],
  )

  const failed = up.error ?? down.error
  const again = () => void Promise.all([up, down].filter(({ isError }) => isError).map((query) => query.refetch()))
  const absent = failed !== null && product.data === undefined && [400, 404].includes(asProblem(failed).status)
  const body = () => {
    if (view === 'impact') return <ImpactView of={text} focus={focus} />
    if (failed !== null) return <Refused error={failed} served={product.data?.publication} asOf={search.asof} retry={again} />
    if (graph === null) return <Skeleton lines={8} />
    if (view === 'table') return <EdgeTable graph={graph} name={text} />
    return <GraphView graph={graph} answers={{ up: upEdges ?? [], down: downEdges ?? [] }} focus={focus} text={text} />
  }
  return (
    <>
      {product.data !== undefined && <FocusHead page={product.data} focus={focus} />}
      {!absent && <Controls view={view} level={level} up={upSteps} down={downSteps} />}
      <div aria-busy={up.isPlaceholderData || down.isPlaceholderData}>{body()}</div>
    </>
  )
}
