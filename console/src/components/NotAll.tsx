/** A list that has further pages says so. */
export function NotAll({ what }: { what: 'access' | 'requests' }) {
  return (
    <p className="quiet">
      These are the newest 500 only.
      {what === 'requests' && (
        <>
          {' '}
          <code>tessera requests</code> lists them all.
        </>
      )}
    </p>
  )
}
