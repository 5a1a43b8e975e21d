/** Collects what must not happen on any page: console errors, page errors, refusals of the policy, foreign requests. */
export function watch(page, base, faults, provokes = /$^/) {
  page.on('console', (message) => {
    // The browser logs every answer above 399 as an error; those that a journey provokes are refusals, not faults.
    const refused = /the server responded with a status of (400|401|403|404|409|422)/.test(message.text())
    if (message.type() === 'error' && !refused && !provokes.test(message.text())) faults.push(`console: ${message.text()}`)
    if (/Content.Security.Policy/i.test(message.text())) faults.push(`policy: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`page error: ${error.message}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${base}/`)) faults.push(`foreign request: ${request.url()}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 500 && !provokes.test(`status of ${response.status()}`)) faults.push(`${response.status()} ${response.url()}`)
  })
}
