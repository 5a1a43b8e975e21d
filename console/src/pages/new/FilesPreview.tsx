import type { Files } from '../../api/plan'

/** The files as they stand, while a person types. */
export function FilesPreview({ files }: { files: Files }) {
  return (
    <section className="wizard-files" aria-label="Files">
      <h2>{Object.keys(files).length === 1 ? 'The file this makes' : 'The files this makes'}</h2>
      {Object.entries(files).map(([path, text]) => (
        <figure key={path} className="file">
          <figcaption>
            <code>{path}</code>
          </figcaption>
          <pre tabIndex={0} role="region" aria-label={path}>
            <code>{text}</code>
          </pre>
        </figure>
      ))}
    </section>
  )
}
