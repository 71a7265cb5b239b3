import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { registry } from './contracts.ts'

test.each(registry.modules)('the generated ABI of $artefact is what the compiler gave', ({ artefact, abi }) => {
  const file = readFileSync(new URL(`../../resources/contracts/${artefact}.json`, import.meta.url), 'utf8')
  const compiled = JSON.parse(file, (key, value: unknown) => (key === 'internalType' ? undefined : value)) as {
    abi: unknown
  }
  expect(abi).toEqual(compiled.abi)
})
