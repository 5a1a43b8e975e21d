import { useQuery } from '@tanstack/react-query'
import { whoAmI } from '../api/queries'
import type { RequestItem } from '../api/types'
import { talkSign } from '../lib/talk'
import { Chip } from './Chip'

/** Whose turn it is where something was asked about a request. */
export function TalkChip({ request }: { request: RequestItem }) {
  const { data: me } = useQuery(whoAmI())
  const sign = me && talkSign(me, request)
  return sign ? <Chip sign={sign} /> : null
}
