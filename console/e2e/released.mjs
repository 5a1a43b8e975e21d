import { randomBytes } from 'node:crypto'

const json = (token) => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
  accept: 'application/json',
  'idempotency-key': randomBytes(16).toString('hex'),
})

/** Asks the server as a person; what it refuses is an error of the test. */
export async function ask({ base, tokens }, person, path, body) {
  const answer = await fetch(`${base}/api/v1${path}`, { method: 'POST', headers: json(tokens[person]), body: JSON.stringify(body) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path} as ${person}: ${answer.status} ${text}`)
  return JSON.parse(text)
}

/** A name that no run on this mesh used: names are never given twice. */
export const freshName = (start) => `${start}_${randomBytes(4).toString('hex')}`

export const domainFile = (domain) =>
  `domain: ${domain}\ndescription: Letters and what becomes of them\nregion: westeurope\nclassification: confidential\n` +
  'owner: claims-owners\nsteward: claims-stewards\nengineers: claims-engineers\n'

const COLUMNS = {
  id: { type: 'string', sql: "'L-1'", more: 'primaryKey: true, primaryKeyPosition: 1, required: true, unique: true, ' },
  phone: { type: 'string', sql: "'+49 30 1'", more: '' },
  answered: { type: 'boolean', sql: 'TRUE', more: '' },
}

function contract(domain, version, columns, hours) {
  const lines = columns.map((name) => {
    const { type, more } = COLUMNS[name]
    return `      - {name: ${name}, logicalType: ${type}, ${more}description: What ${name} is}`
  })
  return `apiVersion: v3.1.0
kind: DataContract
id: letters
name: Letters
version: ${version}
status: active
domain: ${domain}
dataProduct: letters
description: {purpose: "Every letter that came in, for whoever answers them."}
authoritativeDefinitions: [{type: glossary, url: "glossary:claim"}]
slaProperties: [{property: freshness, value: ${hours}, unit: h}]
schema:
  - name: letters
    logicalType: object
    physicalType: table
    properties:
${lines.join('\n')}
`
}

const STEPS = [
  ['1.0.0', ['id', 'phone'], 24],
  ['1.1.0', ['id', 'phone', 'answered'], 12],
  ['2.0.0', ['id', 'answered'], 12],
]

/**
 * A product of a new domain in three versions: one column came, one goes, and clea read the one that goes. The last is applied
 * and not published yet. Gives its domain, the product is `letters`, its files, and the way to publish it. With fewer versions it
 * ends earlier.
 */
export async function released(world, versions = STEPS.length) {
  const domain = freshName('letters')
  const files = { 'domain.yaml': domainFile(domain) }
  const publish = () => ask(world, 'clea', '/publications', { product: `${domain}.letters` })
  await ask(world, 'petra', '/apply', { files })
  for (const [version, columns, hours] of STEPS.slice(0, versions)) {
    files['products/letters/contract.yaml'] = contract(domain, version, columns, hours)
    files['products/letters/letters.sql'] = `SELECT ${columns.map((name) => `${COLUMNS[name].sql} AS ${name}`).join(', ')}\n`
    await ask(world, 'clea', '/apply', { files })
    if (version !== '2.0.0') await publish()
    if (version === '1.1.0') {
      await ask(world, 'clea', '/query', { sql: `SELECT phone FROM ${domain}.letters.letters`, purpose: 'claims-handling' })
    }
  }
  return { domain, files, publish }
}
