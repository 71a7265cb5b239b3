/** What the contracts give numbers to, each from 1; for the window as well, which loads no schemas. */
export const thingKinds = ['machine', 'offer', 'order', 'job', 'dispute', 'asset', 'sale', 'request'] as const
export type ThingKind = (typeof thingKinds)[number]
