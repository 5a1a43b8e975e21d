/** The step of a wizard as its address has it; the first is not said. */
export type WizardSearch = { step?: number | undefined }

const MOST_STEPS = 9

export function parseWizard(raw: Record<string, unknown>): WizardSearch {
  const step = raw['step']
  return typeof step === 'number' && Number.isInteger(step) && step > 1 && step <= MOST_STEPS ? { step } : {}
}
