import { stringify } from 'yaml'
import type { Files } from '../../../api/plan'
import type { Root } from '../finish/repository'
import { allPurposes, allTerms, type Column, type ProductDraft } from './draft'
import { sqlOf } from './sql'

/** Where the files of a product lie in the repository of a mesh, or in that of its domain. */
function folderOf(draft: ProductDraft, root: Root): string {
  const product = draft.product || 'NAME'
  return root === 'mesh' ? `domains/${draft.domain || 'DOMAIN'}/products/${product}` : `products/${product}`
}

export function filesOf(draft: ProductDraft, root: Root): Files {
  const folder = folderOf(draft, root)
  return {
    [`${folder}/contract.yaml`]: write(contractOf(draft)),
    ...(draft.withAccess ? { [`${folder}/access.yaml`]: write(accessOf(draft)) } : {}),
    [`${folder}/${draft.port || 'PORT'}.sql`]: draft.table === '' ? '' : sqlOf(draft),
  }
}

function write(document: object): string {
  return stringify(document, { lineWidth: 0 })
}

/** What the product promises, as an ODCS document, in the order in which people read one. */
function contractOf(draft: ProductDraft): object {
  return {
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: draft.product.replaceAll('_', '-'),
    name: draft.title.trim(),
    version: '1.0.0',
    status: 'active',
    domain: draft.domain,
    dataProduct: draft.product,
    description: {
      purpose: draft.purpose.trim(),
      ...(draft.limitations.trim() === '' ? {} : { limitations: draft.limitations.trim() }),
    },
    authoritativeDefinitions: allTerms(draft).map((term) => ({ type: 'glossary', url: `glossary:${term}` })),
    slaProperties: [{ property: 'freshness', value: Number(draft.fresh), unit: draft.freshUnit }],
    customProperties: [{ property: 'tessera.tier', value: Number(draft.tier) }],
    schema: [
      {
        name: draft.port,
        logicalType: 'object',
        physicalType: 'table',
        ...(draft.rowMeans.trim() === '' ? {} : { description: draft.rowMeans.trim() }),
        quality: [{ type: 'library', metric: 'rowCount', mustBeGreaterThan: Number(draft.moreRowsThan) }],
        properties: propertiesOf(draft.columns.filter(({ use }) => use)),
      },
    ],
  }
}

function propertiesOf(columns: readonly Column[]): object[] {
  const keys = columns.filter(({ key }) => key)
  return columns.map((column) => ({
    name: column.name,
    ...typeOf(column.type),
    ...(column.key ? { primaryKey: true, primaryKeyPosition: keys.indexOf(column) + 1 } : {}),
    // Of a key of several columns no single one is unique.
    ...(column.key && keys.length === 1 ? { unique: true } : {}),
    ...(column.key || column.required ? { required: true } : {}),
    ...(column.description.trim() === '' ? {} : { description: column.description.trim() }),
    ...(column.class === '' ? {} : { tags: [column.class] }),
  }))
}

function typeOf(type: string): object {
  const item = /^array of (.+)$/.exec(type)?.[1]
  if (item !== undefined) return { logicalType: 'array', items: typeOf(item) }
  if (type.startsWith('decimal(')) return { logicalType: 'number', physicalType: type.replaceAll(' ', '') }
  if (type === 'binary') return { logicalType: 'string', physicalType: 'binary' }
  return { logicalType: type }
}

function accessOf(draft: ProductDraft): object {
  const purposes = allPurposes(draft)
  return {
    visibility: draft.visibility,
    ...(purposes.length === 0 ? {} : { purposes }),
    approve: { ...(draft.approver === '' ? {} : { by: draft.approver }), max_days: Number(draft.maxDays) },
  }
}
