import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ask, domainFile, freshName, released } from '../released.mjs'
import { signIn } from '../sign-in.mjs'
import { heading, isAccessible, next, verdict } from '../wizard.mjs'

const run = promisify(execFile)
const NORTHPEAK = fileURLToPath(new URL('../../../examples/northpeak', import.meta.url))

async function refusedNames({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.petra, '/marketplace')
  await page.getByRole('link', { name: 'New domain' }).click()
  for (const [name, why] of [
    ['', 'Give the domain a name.'],
    ['Legal', 'starts with a lower-case letter'],
    ['le gal', 'lower-case letters, digits and _ only'],
    ['a__b', 'Two _ in a row'],
    ['gold', 'is a reserved word'],
    ['d'.repeat(25), 'longer than 24'],
    ['claims', 'There is a domain “claims” already.'],
  ]) {
    await page.getByLabel('Name', { exact: true }).fill(name)
    await next(page)
    await page.locator('.field-error', { hasText: why }).waitFor()
    assert.ok(await page.getByLabel('Name', { exact: true }).evaluate((field) => field === document.activeElement), why)
  }
  assert.equal(new URL(page.url()).search, '')
  await page.context().close()
}

async function withoutRole({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.ana, '/marketplace')
  await page.getByRole('link', { name: 'Fraud signals' }).waitFor()
  assert.equal(await page.getByRole('link', { name: /^New / }).count(), 0)
  await page.goto(`${base}/new/domain`)
  await page.getByText('Domains are created by the people with the role admins.').waitFor()
  await page.goto(`${base}/new/product`)
  await page.getByText('Products are made by the owners and engineers of a domain.').waitFor()
  await page.context().close()
}

async function fillDomain(page, domain, region) {
  await page.getByLabel('Name', { exact: true }).fill(domain)
  await page.getByLabel('Description').fill('Letters: "ours" and theirs # all')
  await next(page)
  await heading(page, '2. People')
  await page.getByLabel('Owner group').fill('claims-owners')
  await page.getByLabel('Steward group').fill('claims-stewards')
  await next(page)
  await heading(page, '3. Place')
  await page.getByLabel('Region').fill(region)
  await page.getByLabel('A repository of the domain’s own').check()
}

async function createDomain({ base, tokens, asPerson, out }) {
  const page = await asPerson()
  const domain = freshName('post')
  await signIn(page, base, tokens.petra, '/new/domain')
  await fillDomain(page, domain, 'atlantis')
  await page.goBack()
  await heading(page, '2. People')
  assert.equal(await page.getByLabel('Owner group').inputValue(), 'claims-owners')
  await page.goForward()
  await heading(page, '3. Place')
  await page.reload()
  await heading(page, '3. Place')
  assert.equal(await page.getByLabel('Region').inputValue(), 'atlantis')
  await page.getByRole('region', { name: 'domain.yaml' }).getByText('region: atlantis').waitFor()
  await next(page)
  const alert = page.getByRole('alert')
  await alert.getByText(/domain\.yaml:\d+:\d+/).waitFor()
  assert.match(await alert.innerText(), /atlantis/)
  await page.screenshot({ path: `${out}/new-domain-refused.png` })
  await isAccessible(page)

  await page.goBack()
  await page.getByLabel('Region').fill('westeurope')
  await next(page)
  await page.getByText('The server accepts the files. Nothing changes until you say so.').waitFor()
  const seen = await fetch(`${base}/api/v1/domains`, { headers: { authorization: `Bearer ${tokens.petra}` } })
  assert.ok(!(await seen.text()).includes(domain), 'the domain exists before anybody said so')
  await page.screenshot({ path: `${out}/new-domain-check.png`, fullPage: true })
  await isAccessible(page)
  await page.getByRole('button', { name: 'Create the domain' }).click()
  await page.getByText(`The domain ${domain} exists since record`).waitFor()
  await page.locator('.chip', { hasText: 'Ready' }).waitFor()
  await page.getByText(/It took \d+ seconds? from/).waitFor()
  await page.screenshot({ path: `${out}/new-domain-made.png`, fullPage: true })
  await isAccessible(page)
  await page.reload()
  await page.getByText(`The domain ${domain} exists since record`).waitFor()
  // Whoever comes anew is not shown the last result.
  await page.goto(`${base}/new/domain`)
  await heading(page, '1. Name')
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), '')
  await page.context().close()
}

async function describe(page, column, meaning) {
  await page.getByLabel(`Meaning of ${column}`, { exact: true }).fill(meaning)
}

async function promise(page) {
  await heading(page, '4. Promise')
  await next(page)
  await page.getByText('Say in 20 characters or more').waitFor()
  await page.getByText('Link at least one term').waitFor()
  await page.getByLabel('What it is for').fill('First notices: "as told" by customers # for whoever plans shifts')
  await page.getByRole('checkbox', { name: /^claim / }).check()
  await next(page)
  await heading(page, '5. Access')
}

/** The wizard's files in a copy of the example repository: the command line's own check accepts them. */
async function productFiles({ base, tokens, asPerson, out }) {
  const page = await asPerson()
  const folder = await mkdtemp(join(tmpdir(), 'tessera-e2e-'))
  const repository = join(folder, 'northpeak')
  await cp(NORTHPEAK, repository, { recursive: true })
  const product = freshName('notices')
  await signIn(page, base, tokens.emre, '/new/product')
  await page.getByLabel('Domain', { exact: true }).selectOption('claims')
  await page.getByLabel('Name', { exact: true }).fill(product)
  await page.getByLabel('Title').fill('Notices: daily "x"')
  await next(page)
  await heading(page, '2. Table')
  await page.getByLabel('bronze.notices').check()
  await page.getByRole('button', { name: 'Take its columns' }).click()
  await next(page)
  await heading(page, '3. Columns')
  await next(page)
  await page.getByRole('alert').getByText(/Say what it means/).waitFor()
  await describe(page, 'notice_id', 'The notice’s number: its key')
  await page.getByLabel('Class of text', { exact: true }).fill('pii.remark')
  await describe(page, 'text', 'What was said # by whom')
  await page.getByLabel('Name of received_at', { exact: true }).fill('notice id')
  await next(page)
  await page.getByRole('alert').getByText(/no space/).waitFor()
  await page.getByLabel('Name of received_at', { exact: true }).fill('told_at')
  await page.screenshot({ path: `${out}/new-product-columns-filled.png`, fullPage: true })
  await isAccessible(page)
  await next(page)
  await promise(page)
  await page.getByText('Who may read is decided by the owners of claims').waitFor()
  await next(page)
  await heading(page, '6. Check and finish')

  await page.getByLabel('Folder of the repository').setInputFiles(join(repository, 'domains'))
  await page.getByText('neither a mesh.yaml nor a domain.yaml').waitFor()
  await page.getByLabel('Folder of the repository').setInputFiles(repository)
  await page.getByText('The folder differs from the mesh in more than these files').waitFor()
  await page.getByRole('row', { name: `product claims.${product} New` }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Create the product' }).count(), 0)
  await page.screenshot({ path: `${out}/new-product-check.png`, fullPage: true })
  await isAccessible(page)

  const [archive] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Download as ${product}.tar` }).click(),
  ])
  await run('tar', ['-xf', await archive.path(), '-C', repository])
  const contract = await readFile(join(repository, `domains/claims/products/${product}/contract.yaml`), 'utf8')
  assert.match(contract, /pii\.remark/)
  const checked = run(process.env.TESSERA_BIN, ['check', repository])
  await checked.catch(({ stdout, stderr }) => assert.fail(`tessera check: ${stdout}${stderr}`))
  await rm(folder, { recursive: true })
  await page.context().close()
}

/** In a domain whose repository is at hand: planned, refused with file and line, mended, created. */
async function createProduct(world) {
  const { base, tokens, asPerson, out } = world
  const domain = freshName('mail')
  const folder = await mkdtemp(join(tmpdir(), 'tessera-e2e-'))
  const files = {
    'domain.yaml': domainFile(domain),
    'sources/intake.yaml': 'source: intake\nkind: files\ntables:\n  letters: {path: letters.csv, format: csv}\n',
  }
  await ask(world, 'petra', '/apply', { files: { 'domain.yaml': files['domain.yaml'] } })
  await ask(world, 'clea', '/apply', { files })
  await mkdir(join(folder, 'sources'))
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text)
  await writeFile(join(folder, 'README.md'), 'not the mesh’s business\n')

  const page = await asPerson()
  await signIn(page, base, tokens.clea, '/new/product')
  await page.getByLabel('Domain', { exact: true }).selectOption(domain)
  await page.getByLabel('Name', { exact: true }).fill('letters')
  await page.getByLabel('Title').fill('Letters')
  await next(page)
  await page.getByLabel('bronze.letters').check()
  // Nothing was ingested yet, so the server knows no column.
  await page.getByRole('button', { name: 'Write its columns myself' }).click()
  await next(page)
  await page.getByLabel(/^Column of the table of/).fill('id')
  await page.getByLabel('Name of id', { exact: true }).fill('letter_id')
  await describe(page, 'id', 'The number on the letter')
  await page.getByLabel('Key: id').check()
  await next(page)
  await promise(page)
  await page.getByRole('checkbox', { name: 'fraud-detection' }).check()
  await page.getByLabel('Others, by name').fill('no-such-purpose')
  await page.screenshot({ path: `${out}/new-product-access-filled.png`, fullPage: true })
  await isAccessible(page)
  await next(page)
  await heading(page, '6. Check and finish')
  await page.getByLabel('Folder of the repository').setInputFiles(folder)
  const alert = page.getByRole('alert')
  await alert.getByText('products/letters/access.yaml:4:5').waitFor()
  assert.match(await alert.innerText(), /no-such-purpose/)
  await page.goBack()
  await page.getByLabel('Others, by name').fill('')
  await next(page)
  await page.getByText('The server accepts the files.').waitFor()
  await page.getByRole('button', { name: 'Create the product' }).click()
  await page.getByText(`The product ${domain}.letters is declared since record`).waitFor()
  await page.screenshot({ path: `${out}/new-product-made.png`, fullPage: true })
  await isAccessible(page)
  await page.getByRole('link', { name: 'Look at the product’s page' }).click()
  await page.getByRole('heading', { level: 1, name: 'Letters' }).waitFor()
  await rm(folder, { recursive: true })
  await page.context().close()
}

/** The change is too low a version, is told so, and is raised; who would feel it stands there before anything is applied. */
async function newVersion(world) {
  const { base, tokens, asPerson, out } = world
  const { domain, files } = await released(world, 2)
  const folder = await mkdtemp(join(tmpdir(), 'tessera-e2e-'))
  await mkdir(join(folder, 'products/letters'), { recursive: true })
  const without = { ...files, 'products/letters/letters.sql': "SELECT 'L-1' AS id, TRUE AS answered\n" }
  for (const [path, text] of Object.entries(without)) await writeFile(join(folder, path), text)

  const page = await asPerson()
  await signIn(page, base, tokens.clea, `/p/${domain}/letters/contract`)
  await page.getByRole('link', { name: 'New version' }).click()
  await heading(page, '1. Product')
  assert.equal(await page.getByLabel('Product', { exact: true }).inputValue(), `${domain}.letters`)
  await next(page)
  await heading(page, '2. Contract')
  await next(page)
  await page.getByText('Change something of the contract.').waitFor()
  const text = page.getByRole('textbox', { name: 'contract.yaml' })
  const served = await text.inputValue()
  await text.fill(`${served}  - [`)
  await next(page)
  await page.getByText(/^Line \d+ is no YAML/).waitFor()
  await text.fill(served.replace(/^.*name: phone.*\n/m, ''))
  await page.locator('.diff-gone', { hasText: 'name: phone' }).waitFor()
  await next(page)
  await heading(page, '3. Check and finish')
  await page.getByLabel('Folder of the repository').setInputFiles(folder)
  await page.getByRole('alert').getByText(/breaks its readers, so.*is too low/).waitFor()
  await page.goBack()
  await page.getByRole('radio', { name: /^2\.0\.0/ }).check()
  await page.screenshot({ path: `${out}/new-version-contract.png`, fullPage: true })
  await isAccessible(page)
  await next(page)
  await verdict(page, 'Breaking')
  await page.getByText('1 of them reads what breaks.').waitFor()
  await page.getByRole('row', { name: /^clea .*phone/ }).waitFor()
  await page.screenshot({ path: `${out}/new-version-check.png`, fullPage: true })
  await isAccessible(page)
  await page.getByRole('button', { name: 'Apply the new version' }).click()
  await page.getByText(`Version 2.0.0 of ${domain}.letters is applied since record`).waitFor()
  await page.getByRole('link', { name: 'See what it changes' }).click()
  await verdict(page, 'Breaking')
  await rm(folder, { recursive: true })
  await page.context().close()
}

async function signedOut({ base, tokens, asPerson }) {
  const page = await asPerson()
  await signIn(page, base, tokens.petra, '/new/domain')
  await page.getByLabel('Name', { exact: true }).fill('secret_plan')
  const kept = () => page.evaluate(() => JSON.stringify(sessionStorage).includes('secret_plan'))
  assert.equal(await kept(), true)
  await page.locator('.person summary').click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out.').waitFor()
  assert.equal(await kept(), false)
  await page.context().close()
}

export const steps = [
  ['names that the server would refuse are refused while they are typed', refusedNames],
  ['who holds no role is told who does', withoutRole],
  ['petra creates a domain, back and forth and through a reload, and nothing before she says so', createDomain],
  ['the files of a new product pass the command line’s check', productFiles],
  ['clea is told file and line, mends it, and creates a product', createProduct],
  ['clea raises a version as far as its change asks, knowing who would feel it', newVersion],
  ['who signs out leaves no draft', signedOut],
]

export const routes = [
  ['new-domain-no', '/new/domain'],
  ['new-product-no', '/new/product'],
  ['new-domain', '/new/domain', 'petra'],
  ['new-domain-people', '/new/domain?step=2', 'petra'],
  ['new-domain-place', '/new/domain?step=3', 'petra'],
  ['new-domain-lacking', '/new/domain?step=4', 'petra'],
  ['new-version-no', '/new/version'],
  ['new-version', '/new/version?product=claims.fraud_signals', 'clea'],
  ['new-version-contract', '/new/version?step=2', 'clea'],
  ['new-version-lacking', '/new/version?step=3', 'clea'],
  ['new-product', '/new/product', 'clea'],
  ['new-product-table', '/new/product?step=2', 'clea'],
  ['new-product-columns', '/new/product?step=3', 'clea'],
  ['new-product-promise', '/new/product?step=4', 'clea'],
  ['new-product-access', '/new/product?step=5', 'clea'],
  ['new-product-lacking', '/new/product?step=6', 'clea'],
]
