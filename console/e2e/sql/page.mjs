/** What the steps of the workbench do on its page. */
export const PURPOSE = '/sql?purpose=fraud-detection'

export const editorOf = (page) => page.getByRole('textbox', { name: 'SQL', exact: true })
export const button = (page, name) => page.getByRole('button', { name, exact: true })

export async function write(page, sql) {
  await editorOf(page).click()
  await page.keyboard.press('Control+a')
  // Over what was there, as people do; as one insertion: typed letter by letter, brackets would close themselves.
  await page.keyboard.insertText(sql)
}

export async function run(page, sql) {
  await write(page, sql)
  await page.keyboard.press('Control+Enter')
}

/** Answers the next statements in the place of the server. */
export async function answerWith(page, columns, rows, end = ']}') {
  const body = `${JSON.stringify({ query_id: '0', columns, rows }).slice(0, -2)}${end}`
  const headers = { 'x-tessera-query-id': '00000000-0000-0000-0000-000000000000', 'x-tessera-policies': '' }
  await page.route('**/api/v1/query', (route) => route.fulfill({ contentType: 'application/json', headers, body }))
}
