import { render } from '@testing-library/react'
import { expect, it } from 'vitest'
import { parseInline } from '../lib/markdown'
import { Markdown } from './Markdown'

const html = (text: string) => render(<Markdown text={text} />).container.firstElementChild?.innerHTML ?? ''

it('has paragraphs, lists, emphasis and code', () => {
  expect(html('One\nline.\n\nAnother.')).toBe('<p dir="auto">One line.</p><p dir="auto">Another.</p>')
  expect(html('- a\n- **b** and *c*\n\n1. `d`\n2) e')).toBe(
    '<ul><li dir="auto">a</li><li dir="auto"><strong>b</strong> and <em>c</em></li></ul><ol><li dir="auto"><code>d</code></li><li dir="auto">e</li></ol>',
  )
  expect(html('Look:\n```sql\nSELECT *\n  FROM t\n```\nthere')).toContain('<code>SELECT *\n  FROM t</code></pre><p dir="auto">there</p>')
  expect(html('- a\n  and more')).toBe('<ul><li dir="auto">a and more</li></ul>')
})

it('leaves names and sums alone', () => {
  expect(html('Join customer_master on policy_no, 2 * 3 * 4, _this_ and snake_case_')).toContain(
    'Join customer_master on policy_no, 2 * 3 * 4, <em>this</em> and snake_case_',
  )
  expect(html('**open and `open [open](')).toBe('<p dir="auto">**open and `open [open](</p>')
})

it('links to the web only, and says where', () => {
  const { container } = render(<Markdown text="[the wiki](https://wiki.example/a?b=1)" />)
  const link = container.querySelector('a')
  expect(link?.getAttribute('href')).toBe('https://wiki.example/a?b=1')
  expect(link?.getAttribute('rel')).toContain('noopener')
  expect(container.textContent).toBe('the wiki (wiki.example)')
})

it.each([
  '<img src=x onerror=alert(1)><script>alert(1)</script>',
  '[a](javascript:alert(1))',
  '[a]( JaVaScRiPt:alert(1))',
  '[a](data:text/html,<script>alert(1)</script>)',
  '[a](//evil.example)',
  '[bank](https://bank.example@evil.example/)',
  '![a](https://evil.example/pixel.gif)',
  '<a href="https://evil.example" onclick="x">a</a>',
  '```\n<script>alert(1)</script>',
  '[**[a](https://evil.example)**](javascript:x)',
])('makes nothing of %s but text and links to the web', (text) => {
  const { container } = render(<Markdown text={text} />)
  expect(container.querySelectorAll('img, script, [onclick], [onerror], iframe, style')).toHaveLength(0)
  for (const link of container.querySelectorAll('a')) expect(link.getAttribute('href')).toMatch(/^https?:\/\/evil\.example/)
})

it('takes no time for a text that begins everything and ends nothing', () => {
  const begun = performance.now()
  for (const mark of ['[', '*', '_ _', '`', '**', '[a](', '[*_`']) parseInline(mark.repeat(20_000))
  expect(performance.now() - begun).toBeLessThan(2_000)
})
