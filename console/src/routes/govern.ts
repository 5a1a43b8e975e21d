import { createRoute, lazyRouteComponent, redirect, type AnyRoute } from '@tanstack/react-router'
import { ADMIN_TABS, parseAdmin } from '../pages/admin/search'
import { VIEWS, parseAudit } from '../pages/audit/search'
import { DOMAIN_TABS, parseDomain, parseDomains } from '../pages/domains/search'
import { ME_TABS } from '../pages/me/search'

/** The domains, the audit, the administration and a person's own pages. */
export function governRoutes<Root extends AnyRoute>(root: Root) {
  const getParentRoute = () => root

  const domains = createRoute({
    getParentRoute,
    path: '/domains',
    validateSearch: parseDomains,
    component: lazyRouteComponent(() => import('../pages/domains/DomainsPage'), 'DomainsPage'),
  })

  const domainRoot = createRoute({
    getParentRoute,
    path: '/d/$domain',
    beforeLoad: ({ params }) => {
      throw redirect({ to: '/d/$domain/$tab', params: { ...params, tab: 'products' }, replace: true })
    },
  })

  const domain = createRoute({
    getParentRoute,
    path: '/d/$domain/$tab',
    params: {
      parse: (raw: { domain: string; tab: string }) => ({
        domain: raw.domain,
        tab: DOMAIN_TABS.find((known) => known === raw.tab) ?? ('products' as const),
      }),
      stringify: (params: { domain: string; tab: string }) => params,
    },
    validateSearch: parseDomain,
    component: lazyRouteComponent(() => import('../pages/domains/DomainRoute'), 'DomainRoute'),
  })

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

  const adminRoot = createRoute({
    getParentRoute,
    path: '/admin',
    beforeLoad: () => {
      throw redirect({ to: '/admin/$tab', params: { tab: 'people' }, replace: true })
    },
  })

  const admin = createRoute({
    getParentRoute,
    path: '/admin/$tab',
    params: {
      parse: (raw: { tab: string }) => ({ tab: ADMIN_TABS.find((known) => known === raw.tab) ?? ('people' as const) }),
      stringify: (params: { tab: string }) => params,
    },
    validateSearch: parseAdmin,
    component: lazyRouteComponent(() => import('../pages/admin/AdminPage'), 'AdminPage'),
  })

  const person = createRoute({
    getParentRoute,
    path: '/admin/people/$principal',
    component: lazyRouteComponent(() => import('../pages/admin/PersonPage'), 'PersonPage'),
  })

  const meRoot = createRoute({
    getParentRoute,
    path: '/me',
    beforeLoad: () => {
      throw redirect({ to: '/me/$tab', params: { tab: 'profile' }, replace: true })
    },
  })

  const me = createRoute({
    getParentRoute,
    path: '/me/$tab',
    params: {
      parse: (raw: { tab: string }) => ({ tab: ME_TABS.find((known) => known === raw.tab) ?? ('profile' as const) }),
      stringify: (params: { tab: string }) => params,
    },
    validateSearch: parseAdmin,
    component: lazyRouteComponent(() => import('../pages/me/MePage'), 'MePage'),
  })

  return [domains, domainRoot, domain, auditRoot, audit, adminRoot, admin, person, meRoot, me] as const
}
