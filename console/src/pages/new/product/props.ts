import type { DraftState } from '../useDraft'
import type { Errors } from '../errors'
import type { ProductDraft } from './draft'
import type { Nearby } from './nearby'

export type StepProps = Omit<DraftState<ProductDraft>, 'clear'> & { nearby: Nearby; errors: Errors }
