export const ME_TABS = ['profile', 'tokens', 'connections'] as const
export type MeTab = (typeof ME_TABS)[number]
