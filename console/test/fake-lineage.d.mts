export type FakeEdge = { from: string; to: string; how: string }
/** Edges of so many products, in layers: `fake.p0.t` is in the middle, half lie upstream and half downstream. */
export function fakeLineage(products: number): { up: FakeEdge[]; down: FakeEdge[] }
