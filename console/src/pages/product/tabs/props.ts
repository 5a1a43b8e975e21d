import type { ProductName } from '../../../api/queries'
import type { ProductPage } from '../../../api/types'
import type { ProductSearch } from '../search'

export type TabProps = { page: ProductPage; name: ProductName; search: ProductSearch }
