import { Fragment, useMemo } from 'react'
import { parseMarkdown, type Block, type Inline } from '../lib/markdown'

/** What people wrote in a contract. Only elements of this file come of it, whatever they wrote. */
export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text])
  return (
    <div className="markdown">
      {blocks.map((block, at) => (
        <BlockPart key={at} block={block} />
      ))}
    </div>
  )
}

function BlockPart({ block }: { block: Block }) {
  if (block.kind === 'code') {
    return (
      <pre tabIndex={0} role="region" aria-label="Code">
        <code>{block.text}</code>
      </pre>
    )
  }
  if (block.kind === 'paragraph') {
    return (
      <p dir="auto">
        {block.lines.map((line, at) => (
          <Fragment key={at}>
            {at > 0 && ' '}
            <Parts parts={line} />
          </Fragment>
        ))}
      </p>
    )
  }
  const items = block.items.map((item, at) => (
    <li key={at} dir="auto">
      <Parts parts={item} />
    </li>
  ))
  return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>
}

function Parts({ parts }: { parts: readonly Inline[] }) {
  return parts.map((part, at) => <Part key={at} part={part} />)
}

function Part({ part }: { part: Inline }) {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'code':
      return <code>{part.text}</code>
    case 'strong':
      return (
        <strong>
          <Parts parts={part.parts} />
        </strong>
      )
    case 'em':
      return (
        <em>
          <Parts parts={part.parts} />
        </em>
      )
    case 'link':
      // The words of a link may say anything; where it leads is said besides.
      return (
        <>
          <a href={part.href} rel="noopener noreferrer" target="_blank">
            <bdi>
              <Parts parts={part.parts} />
            </bdi>
          </a>{' '}
          <span className="quiet small">({part.host})</span>
        </>
      )
  }
}
