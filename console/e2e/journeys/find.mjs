const product = '/p/claims/fraud_signals'

export const steps = []

export const routes = [
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
]
