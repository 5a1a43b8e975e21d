import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = process.env['TESSERA_URL'] ?? 'http://127.0.0.1:8080'
const forward = { target: server, changeOrigin: true }

export default defineConfig({
  plugins: [react()],
  server: { proxy: { '/api': forward, '/openapi.json': forward, '/readyz': forward } },
  build: {
    target: 'es2022',
    sourcemap: false,
    // The content security policy allows no data: URI but for images; a file each keeps that simple to see.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: { environment: 'jsdom', setupFiles: ['test/setup.ts'], include: ['src/**/*.test.{ts,tsx}'] },
})
