import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'

/** An address of every page. Whoever may not use a page is told so by that page, so that it is loaded as well. */
export const ADDRESSES = [
  '/', '/marketplace', '/p/claims/fraud_signals/overview', '/p/claims/fraud_signals/usage', '/p/claims/fraud_signals/activity',
  '/p/claims/fraud_signals/quality', '/p/claims/fraud_signals/contract/diff', '/lineage', '/lineage?focus=claims.fraud_signals&view=graph',
  '/sql', '/sql/history', '/sql/saved', '/my-access', '/cart', '/requests/req-1', '/inbox',
  '/new/domain', '/new/product', '/new/version', '/domains', '/d/claims/products', '/audit/journal', '/admin/people',
  '/admin/people/user%3Aana', '/me/profile',
]

/** Without a page of their own: they lead to their first tab. */
const ONWARD = ['/p/$domain/$product', '/d/$domain', '/admin', '/me', '/audit']

/** A page that is added and not measured is an error of the list. */
export async function checkAddresses() {
  const at = (path) => new URL(`../../src/${path}`, import.meta.url)
  const files = ['router.tsx', ...(await readdir(at('routes'))).map((file) => `routes/${file}`)]
  const text = (await Promise.all(files.map((file) => readFile(at(file), 'utf8')))).join('\n')
  const paths = [...text.matchAll(/^\s+path: '([^']+)'/gm)].map(([, path]) => path)
  assert.ok(paths.length > ONWARD.length, 'the paths of the pages are found')
  const missing = paths.filter((path) => {
    const pattern = new RegExp(`^${path.replaceAll(/\$\w+/g, '[^/]+')}$`)
    return !ONWARD.includes(path) && !ADDRESSES.some((address) => pattern.test(address.split('?')[0]))
  })
  assert.deepEqual(missing, [], 'not measured')
}
