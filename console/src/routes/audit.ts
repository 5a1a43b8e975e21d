import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router'
import { VIEWS, parseAudit } from '../pages/audit/search'

/** The audit and its views. */
export function auditRoutes<Root extends AnyRoute>(root: Root) {
  const getParentRoute = () => root

  const auditRoot = createRoute({
    getParentRoute,
    path: '/audit',
    validateSearch: parseAudit,
    component: lazyRouteComponent(() => import('../pages/audit/AuditPage'), 'AuditPage'),
  })

  const audit = createRoute({
    getParentRoute,
    path: '/audit/$view',
    params: {
      parse: (raw: { view: string }) => ({ view: VIEWS.find((known) => known === raw.view) ?? ('journal' as const) }),
      stringify: (params: { view: string }) => params,
    },
    validateSearch: parseAudit,
    component: lazyRouteComponent(() => import('../pages/audit/AuditPage'), 'AuditPage'),
  })

  return [auditRoot, audit] as const
}
