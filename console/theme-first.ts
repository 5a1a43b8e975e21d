import { build, type Plugin } from 'vite'

const ENTRY = 'src/shell/theme-at-load.ts'

/**
 * Puts the theme's script first into the page's head: a classic script, which the browser runs before it draws anything. It is
 * built from the same module that the console changes the theme with.
 */
export function themeFirst(): Plugin {
  let building = false
  return {
    name: 'theme-first',
    configResolved({ command }) {
      building = command === 'build'
    },
    async buildStart() {
      if (!building) return
      const built = await build({
        configFile: false,
        logLevel: 'silent',
        publicDir: false,
        build: { write: false, modulePreload: false, rollupOptions: { input: ENTRY, output: { format: 'iife' } } },
      })
      const [output] = Array.isArray(built) ? built : [built]
      const code = output !== undefined && 'output' in output ? output.output[0].code : ''
      this.emitFile({ type: 'asset', name: 'theme.js', source: code })
    },
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle }) {
        const file = Object.keys(bundle ?? {}).find((name) => /^assets\/theme-[^/]+\.js$/.test(name))
        const attrs = file === undefined ? { type: 'module', src: `/${ENTRY}` } : { src: `/${file}` }
        return [{ tag: 'script', attrs, injectTo: 'head-prepend' }]
      },
    },
  }
}
