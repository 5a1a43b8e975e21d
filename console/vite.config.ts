import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { themeFirst } from './theme-first.ts'

const server = process.env['TESSERA_URL'] ?? 'http://127.0.0.1:8080'
const forward = { target: server, changeOrigin: true }

/** Smaller than this, a file is one packet either way. */
const WORTH_PACKING = 1000

/** Writes `x.gz` beside each file of the bundle, so that the server sends it packed without packing at run time. */
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    async writeBundle({ dir = 'dist' }) {
      for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name)
        const plain = entry.isFile() ? await readFile(path) : Buffer.alloc(0)
        if (plain.length < WORTH_PACKING) continue
        await writeFile(`${path}.gz`, await promisify(gzip)(plain, { level: constants.Z_BEST_COMPRESSION }))
      }
    },
  }
}

export default defineConfig({
  plugins: [react(), themeFirst(), packed()],
  server: { proxy: { '/api': forward, '/openapi.json': forward, '/readyz': forward } },
  build: {
    target: 'es2022',
    // The first that know light-dark(): the style sheet goes out as it is written.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: false,
    // The content security policy allows no data: URI but for images; a file each keeps that simple to see.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: { environment: 'jsdom', setupFiles: ['test/setup.ts'], include: ['src/**/*.test.{ts,tsx}'] },
})
