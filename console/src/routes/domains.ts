import { createRoute, lazyRouteComponent, redirect, type AnyRoute } from '@tanstack/react-router'
import { DOMAIN_TABS, parseDomain, parseDomains } from '../pages/domains/search'

/** The domains and the page of each. */
export function domainRoutes<Root extends AnyRoute>(root: Root) {
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

  return [domains, domainRoot, domain] as const
}
