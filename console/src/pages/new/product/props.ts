import type { DraftFields } from '../useDraft'
import type { Errors } from '../errors'
import type { ProductDraft } from './draft'
import type { Nearby } from './nearby'

export type StepProps = DraftFields<ProductDraft> & { nearby: Nearby; errors: Errors }
