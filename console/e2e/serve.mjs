import { readFile } from 'node:fs/promises'
import { createServer, request as forward } from 'node:http'
import { extname, join, normalize } from 'node:path'

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }

/** Serves dist/ as the binary does, packed and under the policy it sends with its own pages, and passes the API on to it. */
export async function serve(dist, apiBase) {
  const page = await fetch(apiBase, { headers: { accept: 'text/html' } })
  const policy = page.headers.get('content-security-policy')
  const server = createServer(async (incoming, answer) => {
    const path = new URL(incoming.url, 'http://console').pathname
    if (path.startsWith('/api/') || path === '/openapi.json' || path === '/readyz') {
      const onward = forward(
        new URL(incoming.url, apiBase),
        { method: incoming.method, headers: { ...incoming.headers, host: new URL(apiBase).host } },
        (theirs) => {
          answer.writeHead(theirs.statusCode, theirs.headers)
          theirs.pipe(answer)
        },
      )
      onward.on('error', () => !answer.headersSent && answer.writeHead(502).end())
      // Whoever leaves before the end is gone for the API as well, as without this server between the two.
      answer.on('close', () => onward.destroy())
      incoming.pipe(onward)
      return
    }
    const isFile = path.startsWith('/assets/')
    const file = isFile ? join(dist, normalize(path)) : join(dist, 'index.html')
    const packed = /\bgzip\b/.test(incoming.headers['accept-encoding']) ? await readFile(`${file}.gz`).catch(() => null) : null
    const body = packed ?? (await readFile(file).catch(() => null))
    if (body === null) {
      answer.writeHead(404).end()
      return
    }
    answer.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      ...(packed && { 'content-encoding': 'gzip' }),
      'cache-control': isFile ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    answer.end(body)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { base: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() }
}
