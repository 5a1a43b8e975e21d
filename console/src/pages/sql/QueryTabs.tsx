import { hasChanges } from './saved/saved'
import { closeTab, openTab, showTab } from './store'
import type { QueryTab } from './tab'

export function QueryTabs({ tabs, current }: { tabs: readonly QueryTab[]; current: number }) {
  return (
    <div className="sql-queries">
      <ul aria-label="Queries">
        {tabs.map((tab) => (
          <li key={tab.id} data-current={tab.id === current}>
            <button type="button" aria-current={tab.id === current} onClick={() => showTab(tab.id)}>
              <bdi>{tab.name}</bdi>
              {hasChanges(tab) && (
                <>
                  <span aria-hidden="true"> ●</span>
                  <span className="visually-hidden"> unsaved changes</span>
                </>
              )}
              {tab.run?.state === 'running' && <span className="quiet"> running</span>}
            </button>
            {(tabs.length > 1 || tab.text !== '') && (
              <button type="button" aria-label={`Close ${tab.name}`} onClick={() => closeTab(tab.id)}>
                <span aria-hidden="true">✕</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      <button type="button" className="button button-quiet" onClick={() => openTab()}>
        New query
      </button>
    </div>
  )
}
