import assert from 'node:assert/strict'

const PATIENCE_MS = 10_000

/**
 * Milliseconds from a person's input until what it asks for is painted. `on` is the event that counts, its last one if there are
 * several; `shown` is a selector and a text that it has then.
 */
export async function untilPainted(page, { on, selector, text = '' }, act) {
  await page.evaluate(
    ({ on: name, selector: where, text: what, patience }) => {
      let began
      window.addEventListener(name, ({ timeStamp }) => (began = timeStamp), { capture: true })
      window.painted = new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error(`no “${what}” in ${where} after ${name}`)), patience)
        const look = () => {
          const shown = began !== undefined && [...document.querySelectorAll(where)].some(({ textContent }) => textContent.includes(what))
          if (!shown) return requestAnimationFrame(look)
          // Asked before the frame is drawn, answered after it.
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => resolve(performance.now() - began)
          port2.postMessage(null)
        }
        requestAnimationFrame(look)
      })
    },
    { on, selector, text, patience: PATIENCE_MS },
  )
  await act()
  return page.evaluate(() => window.painted)
}

/** Has a page keep what it painted last of its large parts, and by how much its parts jumped. */
export const keepVitals = (page) =>
  page.addInitScript(() => {
    window.vitals = { lcp: 0, cls: 0 }
    new PerformanceObserver((list) => (window.vitals.lcp = list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true })
    new PerformanceObserver((list) => {
      for (const { hadRecentInput, value } of list.getEntries()) if (!hadRecentInput) window.vitals.cls += value
    }).observe({ type: 'layout-shift', buffered: true })
  })

/** Has a page be signed in before its first line runs, as it is after a reload. */
export const beSignedIn = (page, token) => page.addInitScript((value) => sessionStorage.setItem('tessera.token', value), token)

/** Bytes and addresses of what comes over the network, from now on. */
export async function traffic(page) {
  const session = await page.context().newCDPSession(page)
  const names = new Map()
  const loaded = []
  session.on('Network.responseReceived', ({ requestId, response }) => names.set(requestId, new URL(response.url).pathname))
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => loaded.push({ path: names.get(requestId) ?? '', bytes: encodedDataLength }))
  await session.send('Network.enable')
  const scripts = () => loaded.filter(({ path }) => path.endsWith('.js'))
  return { loaded, scripts, scriptBytes: () => scripts().reduce((sum, { bytes }) => sum + bytes, 0), clear: () => loaded.splice(0) }
}

/** It is in the window's width, and nothing lies over it: a person can press it. */
export async function isReachable(target, where) {
  await target.scrollIntoViewIfNeeded()
  const hit = await target.evaluate((element) => {
    const { left, right, top, height } = element.getBoundingClientRect()
    const over = document.elementFromPoint((left + right) / 2, top + height / 2)
    return left >= 0 && right <= window.innerWidth && (element === over || element.contains(over))
  })
  assert.ok(hit, `${where}: it cannot be pressed`)
}
