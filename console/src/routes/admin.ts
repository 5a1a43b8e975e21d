import { createRoute, lazyRouteComponent, redirect, type AnyRoute } from '@tanstack/react-router'
import { ADMIN_TABS, parseAdmin } from '../pages/admin/search'

/** The administration and the page of each person. */
export function adminRoutes<Root extends AnyRoute>(root: Root) {
  const getParentRoute = () => root

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

  return [adminRoot, admin, person] as const
}
