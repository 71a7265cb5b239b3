import { expect, test } from 'vitest'
import { AssetMetadata } from './data-market.ts'

test('what describes an asset keeps its bytes when it is read, for its hash stands on the chain', () => {
  const common = {
    format: 'HEARTH-DATA-1',
    kind: 'files',
    name: 'Notes',
    description: '',
    licence: { use: 'train', redistribution: false, term: null },
    bytes: 3,
    files: [{ path: 'a.txt', bytes: 3 }],
    report: null,
  }
  // From before pictures and recordings could be sold, and since.
  for (const metadata of [
    { ...common, base: null },
    { ...common, media: null, base: null },
  ])
    expect(JSON.stringify(AssetMetadata.parse(metadata))).toBe(JSON.stringify(metadata))
})
