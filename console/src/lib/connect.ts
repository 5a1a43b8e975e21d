export type Line = { tool: string; line: string }

type Door = { address: string; database: string; user: string; token: string; purpose?: string | null | undefined }

/** A text as one word of a POSIX shell. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** A text as a literal of Python. */
function pythonText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

/** Lines that open the Postgres door. An address has its port last: `[::1]:5432`, `mesh.example:5432`. */
export function connectLines({ address, database, user, token, purpose }: Door): Line[] {
  const colon = address.lastIndexOf(':')
  if (colon <= 0) return []
  const [host, port] = [address.slice(0, colon).replace(/^\[|\]$/g, ''), address.slice(colon + 1)]
  const urlHost = host.includes(':') ? `[${host}]` : host
  const options = purpose ? `-c purpose=${purpose}` : ''
  const encoded = encodeURIComponent
  return [
    {
      tool: 'psql',
      line: [
        `PGPASSWORD=${shellWord(token)}`,
        ...(options === '' ? [] : [`PGOPTIONS=${shellWord(options)}`]),
        `psql -h ${shellWord(host)} -p ${port} -U ${shellWord(user)} ${shellWord(database)}`,
      ].join(' '),
    },
    {
      tool: 'JDBC',
      line:
        `jdbc:postgresql://${urlHost}:${port}/${encoded(database)}?user=${encoded(user)}&password=${encoded(token)}` +
        (options === '' ? '' : `&options=${encoded(options)}`),
    },
    {
      tool: 'Python',
      line:
        `psycopg.connect(host=${pythonText(host)}, port=${port}, user=${pythonText(user)}, password=${pythonText(token)}, ` +
        `dbname=${pythonText(database)}${options === '' ? '' : `, options=${pythonText(options)}`})`,
    },
  ]
}
