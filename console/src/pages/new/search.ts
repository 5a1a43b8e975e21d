import { textsIn } from '../../lib/search'

/** The step of a wizard as its address has it; the first is not said. */
type WizardSearch = { step?: number | undefined }

const MOST_STEPS = 9

export function parseWizard(raw: Record<string, unknown>): WizardSearch {
  const step = raw['step']
  return typeof step === 'number' && Number.isInteger(step) && step > 1 && step <= MOST_STEPS ? { step } : {}
}

/** A link from a product's page names the product that gets a new version. */
type VersionSearch = WizardSearch & { product?: string | undefined }

export function parseVersion(raw: Record<string, unknown>): VersionSearch {
  const { product } = textsIn(raw, ['product'])
  return { ...parseWizard(raw), ...(product?.includes('.') ? { product } : {}) }
}
