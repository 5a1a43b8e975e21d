import type { components } from './schema'

type Schemas = components['schemas']

export type WhoAmI = Schemas['WhoAmI']
export type Found = Schemas['Found']
export type FoundItem = Schemas['FoundItem']
export type WhyItem = Schemas['WhyItem']
export type ProductPage = Schemas['ProductPage']
export type PortPage = Schemas['PortPage']
/** `automatic`: purposes that are granted to the caller at once. */
export type ProductAccess = Schemas['ProductAccess'] & { automatic?: string[] }
export type Quality = Schemas['Quality']
export type RuleFact = Schemas['RuleFact']
export type EdgeItem = Schemas['EdgeItem']
export type EntitlementItem = Schemas['EntitlementItem']
export type RequestItem = Schemas['RequestItem']
export type Requested = Schemas['Requested']
export type NewRequest = Schemas['NewRequest']
export type NewDecision = Schemas['NewDecision']
export type WouldGet = Schemas['UnderItem']
export type PublicationItem = Schemas['PublicationItem']
export type Difference = Schemas['Difference']
export type ChangeItem = Schemas['ChangeItem']
export type PortEffect = Schemas['PortEffect']
export type Impact = Schemas['Impact']
export type ReaderUse = Schemas['ReaderUse']
