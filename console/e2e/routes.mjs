const product = '/p/claims/fraud_signals'

/** Every route with live content, and the states that look different. */
export const ROUTES = [
  ['home', '/'],
  ['marketplace', '/marketplace'],
  ['marketplace-found', '/marketplace?q=fraud&access=yes'],
  ['marketplace-nothing', '/marketplace?q=xyzzyq&domain=claims'],
  ['overview', `${product}/overview`],
  ['schema', '/p/customer/customer_master/schema?purpose=fraud-detection'],
  ['sample', `${product}/sample`],
  ['sample-own', `${product}/sample?rows=own&purpose=fraud-detection`],
  ['quality', `${product}/quality`],
  ['lineage', `${product}/lineage`],
  ['contract', `${product}/contract`],
  ['access', `${product}/access`],
  ['request', '/p/finance/premium_ledger/access?request=true'],
  ['refused', '/p/policy/policies_active/sample?rows=own'],
  ['not-found', '/p/claims/nothing/overview'],
  ['my-access', '/my-access'],
  ['inbox-empty', '/inbox'],
]

/** Waits until the page shows what it will show. */
export async function settled(page) {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.waitForLoadState('networkidle')
  await page.waitForFunction(() => document.querySelector('.skeleton') === null)
}
