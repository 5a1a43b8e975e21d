import { useId } from 'react'
import { Empty } from '../../../components/Empty'
import { Table } from '../../../components/Table'
import { TYPES, isTakeable, newColumn, type Column } from './draft'
import type { StepProps } from './props'

const HEAD = ['Take', 'Column of the table', 'Name', 'Type', 'What it means', 'Class', 'Key', 'Never empty']

export function ColumnFields({ draft, set, nearby, errors }: StepProps) {
  const classes = useId()
  const change = (at: number, what: Partial<Column>) =>
    set({ columns: draft.columns.map((column, index) => (index === at ? { ...column, ...what } : column)) })
  const found = Object.entries(errors)
  return (
    <>
      {found.length > 0 && (
        <div className="notice notice-bad" role="alert">
          <p className="notice-title">
            {found.length === 1 ? 'One answer is missing or wrong.' : `${found.length} answers are missing or wrong.`}
          </p>
          <ul className="findings">
            {found.map(([field, message]) => (
              <li key={field} id={`${field}-error`}>
                <bdi>{draft.columns[Number(field.split('-')[1])]?.from || field.split('-')[0]}</bdi>: {message}
              </li>
            ))}
          </ul>
        </div>
      )}
      {draft.columns.length === 0 ? (
        <Empty title="No column yet. Choose a table in step 2, or add columns by hand." />
      ) : (
        <div className="columns-table">
          <Table label="Columns" head={HEAD}>
            {draft.columns.map((column, at) => (
              <Row key={at} at={at} column={column} errors={errors} classes={classes} change={(what) => change(at, what)} />
            ))}
          </Table>
        </div>
      )}
      <datalist id={classes}>
        {nearby.classes.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <p>
        <button type="button" className="button" name="columns" onClick={() => set({ columns: [...draft.columns, newColumn()] })}>
          Add a column
        </button>
      </p>
    </>
  )
}

type RowProps = {
  at: number
  column: Column
  errors: Record<string, string>
  classes: string
  change: (what: Partial<Column>) => void
}

function Row({ at, column, errors, classes, change }: RowProps) {
  const who = column.from || column.name || `column ${at + 1}`
  const off = !column.use
  const wired = (field: string, label: string) => ({
    type: 'text',
    name: `${field}-${at}`,
    'aria-label': `${label} of ${who}`,
    'aria-invalid': errors[`${field}-${at}`] !== undefined,
    'aria-describedby': errors[`${field}-${at}`] === undefined ? undefined : `${field}-${at}-error`,
    disabled: off,
    autoComplete: 'off',
    spellCheck: false,
  })
  const box = (label: string, checked: boolean, set: (checked: boolean) => void, disabled: boolean) => (
    <input
      type="checkbox"
      aria-label={`${label}: ${who}`}
      checked={checked}
      disabled={disabled}
      onChange={(event) => set(event.target.checked)}
    />
  )
  return (
    <tr data-off={off}>
      <td>{box('Take', column.use, (use) => change({ use }), !isTakeable(column.type))}</td>
      <td>
        {column.told ? (
          <code>{column.from}</code>
        ) : (
          <input
            {...wired('from', 'Column of the table')}
            value={column.from}
            onChange={(event) => change({ from: event.target.value })}
          />
        )}
      </td>
      <td>
        <input {...wired('name', 'Name')} value={column.name} onChange={(event) => change({ name: event.target.value })} />
      </td>
      <td>
        <select
          aria-label={`Type of ${who}`}
          disabled={off}
          value={column.type}
          onChange={(event) => change({ type: event.target.value })}
        >
          {[...new Set([column.type, ...TYPES])].map((type) => (
            <option key={type}>{type}</option>
          ))}
        </select>
      </td>
      <td>
        <input
          {...wired('description', 'Meaning')}
          className="wide"
          value={column.description}
          onChange={(event) => change({ description: event.target.value })}
        />
      </td>
      <td>
        <input
          {...wired('class', 'Class')}
          list={classes}
          value={column.class}
          onChange={(event) => change({ class: event.target.value, classBy: '' })}
        />
        {column.classBy !== '' && (
          <span className="quiet small block">proposed by its {column.classBy === 'values' ? 'values' : 'name'}</span>
        )}
      </td>
      <td>{box('Key', column.key, (key) => change({ key }), off)}</td>
      <td>{box('Never empty', column.required || column.key, (required) => change({ required }), off || column.key)}</td>
    </tr>
  )
}
