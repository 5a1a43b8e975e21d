import { createRoute, lazyRouteComponent, redirect, type AnyRoute } from '@tanstack/react-router'
import { parseAdmin } from '../pages/admin/search'
import { ME_TABS } from '../pages/me/search'

/** A person’s own pages. */
export function myRoutes<Root extends AnyRoute>(root: Root) {
  const getParentRoute = () => root

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

  return [meRoot, me] as const
}
