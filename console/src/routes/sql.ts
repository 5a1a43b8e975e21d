import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router'
import { parseSaved } from '../pages/sql/saved/search'
import { parseHistory, parseSql } from '../pages/sql/search'

/** The workbench, with or without a saved query in its address, and the lists beside it. */
export function sqlRoutes<Root extends AnyRoute>(root: Root) {
  const getParentRoute = () => root

  // One workbench for both addresses: its editor stays while a person goes from a saved query to one that is not.
  const workbench = createRoute({
    getParentRoute,
    path: '/sql',
    validateSearch: parseSql,
    component: lazyRouteComponent(() => import('../pages/sql/WorkbenchPage'), 'WorkbenchPage'),
  })
  const unsaved = createRoute({ getParentRoute: () => workbench, path: '/' })
  const savedQuery = createRoute({ getParentRoute: () => workbench, path: 'q/$id' })

  const savedQueries = createRoute({
    getParentRoute,
    path: '/sql/saved',
    validateSearch: parseSaved,
    component: lazyRouteComponent(() => import('../pages/sql/saved/SavedPage'), 'SavedPage'),
  })

  const history = createRoute({
    getParentRoute,
    path: '/sql/history',
    validateSearch: parseHistory,
    component: lazyRouteComponent(() => import('../pages/sql/HistoryPage'), 'HistoryPage'),
  })

  return [workbench.addChildren([unsaved, savedQuery]), savedQueries, history] as const
}
