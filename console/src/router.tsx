import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { NotFound } from './pages/NotFound'
import { parseDiff } from './pages/diff/search'
import { parseInbox } from './pages/inbox/search'
import { parseLineage } from './pages/lineage/search'
import { parseMarketplace } from './pages/marketplace/search'
import { parseVersion, parseWizard } from './pages/new/search'
import { TABS, parseProduct } from './pages/product/search'
import { adminRoutes } from './routes/admin'
import { auditRoutes } from './routes/audit'
import { domainRoutes } from './routes/domains'
import { myRoutes } from './routes/me'
import { sqlRoutes } from './routes/sql'
import { Shell } from './shell/Shell'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/home/HomePage'), 'HomePage'),
})

const marketplace = createRoute({
  getParentRoute: () => root,
  path: '/marketplace',
  validateSearch: parseMarketplace,
  component: lazyRouteComponent(() => import('./pages/marketplace/MarketplacePage'), 'MarketplacePage'),
})

const productRoot = createRoute({
  getParentRoute: () => root,
  path: '/p/$domain/$product',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/p/$domain/$product/$tab', params: { ...params, tab: 'overview' }, replace: true })
  },
})

const product = createRoute({
  getParentRoute: () => root,
  path: '/p/$domain/$product/$tab',
  params: {
    parse: ({ domain, product: name, tab }) => ({ domain, product: name, tab: TABS.find((known) => known === tab) ?? 'overview' }),
    stringify: (params) => params,
  },
  validateSearch: parseProduct,
  component: lazyRouteComponent(() => import('./pages/product/ProductRoute'), 'ProductRoute'),
})

const contractDiff = createRoute({
  getParentRoute: () => root,
  path: '/p/$domain/$product/contract/diff',
  validateSearch: parseDiff,
  component: lazyRouteComponent(() => import('./pages/diff/DiffPage'), 'DiffPage'),
})

const newDomain = createRoute({
  getParentRoute: () => root,
  path: '/new/domain',
  validateSearch: parseWizard,
  component: lazyRouteComponent(() => import('./pages/new/domain/DomainWizard'), 'DomainWizard'),
})

const newProduct = createRoute({
  getParentRoute: () => root,
  path: '/new/product',
  validateSearch: parseWizard,
  component: lazyRouteComponent(() => import('./pages/new/product/ProductWizard'), 'ProductWizard'),
})

const newVersion = createRoute({
  getParentRoute: () => root,
  path: '/new/version',
  validateSearch: parseVersion,
  component: lazyRouteComponent(() => import('./pages/new/version/VersionWizard'), 'VersionWizard'),
})

const myAccess = createRoute({
  getParentRoute: () => root,
  path: '/my-access',
  component: lazyRouteComponent(() => import('./pages/my-access/MyAccessPage'), 'MyAccessPage'),
})

const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  validateSearch: parseInbox,
  component: lazyRouteComponent(() => import('./pages/inbox/InboxPage'), 'InboxPage'),
})

const lineage = createRoute({
  getParentRoute: () => root,
  path: '/lineage',
  validateSearch: parseLineage,
  component: lazyRouteComponent(() => import('./pages/lineage/LineagePage'), 'LineagePage'),
})

const cart = createRoute({
  getParentRoute: () => root,
  path: '/cart',
  component: lazyRouteComponent(() => import('./pages/cart/CartPage'), 'CartPage'),
})

const request = createRoute({
  getParentRoute: () => root,
  path: '/requests/$id',
  component: lazyRouteComponent(() => import('./pages/request/RequestPage'), 'RequestPage'),
})

const routeTree = root.addChildren([
  home,
  marketplace,
  productRoot,
  product,
  contractDiff,
  lineage,
  myAccess,
  cart,
  request,
  inbox,
  newDomain,
  newProduct,
  newVersion,
  ...sqlRoutes(root),
  ...domainRoutes(root),
  ...auditRoutes(root),
  ...adminRoutes(root),
  ...myRoutes(root),
])

export const router = createRouter({ routeTree, defaultPreload: 'intent', trailingSlash: 'never' })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
