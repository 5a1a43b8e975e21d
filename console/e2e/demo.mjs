import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'

const READY = 'Ctrl-C stops'
const START_MS = 120_000

/** Address and tokens from what `tessera demo --serve` prints. */
export function parseDemo(text) {
  const url = /TESSERA_URL=(http\S+)/.exec(text)?.[1]
  const tokens = Object.fromEntries([...text.matchAll(/^\s+(\w+)\s+(tsr_[0-9a-f]+)\s/gm)].map(([, name, token]) => [name, token]))
  if (!url || !tokens.ana) throw new Error('the demo did not print its address and tokens')
  return { url, tokens }
}

/**
 * A demo mesh: one started from TESSERA_BIN, or one that runs already, whose output is in the file DEMO_OUTPUT; BASE_URL then
 * overrides the address printed there.
 */
export async function demo(env) {
  if (env.DEMO_OUTPUT) {
    const { url, tokens } = parseDemo(await readFile(env.DEMO_OUTPUT, 'utf8'))
    return { url: env.BASE_URL ?? url, tokens, stop: () => {} }
  }
  if (!env.TESSERA_BIN) throw new Error('set TESSERA_BIN to the binary, or DEMO_OUTPUT to the output of a running demo')
  const child = spawn(env.TESSERA_BIN, ['demo', '--serve', '--scale', '0.001'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the demo did not start:\n${text}`)), START_MS)
    const read = (chunk) => {
      text += chunk
      if (text.includes(READY)) {
        clearTimeout(timer)
        resolve()
      }
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('exit', (code) => reject(new Error(`the demo ended with ${code}:\n${text}`)))
  }).catch((error) => {
    child.kill('SIGINT')
    throw error
  })
  return { ...parseDemo(text), stop: () => child.kill('SIGINT') }
}
