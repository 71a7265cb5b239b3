import { readFileSync } from 'node:fs'
import { Interface } from 'ethers'
import { expect, test } from 'vitest'
import { contractNames, interfaces } from './contracts.ts'

test.each(contractNames)('every entry of the %s ABI stands in the compiled contract', (name) => {
  const file = `${name[0]!.toUpperCase()}${name.slice(1)}.json`
  const compiled = new Interface(
    (JSON.parse(readFileSync(new URL(`../../resources/contracts/${file}`, import.meta.url), 'utf8')) as { abi: [] })
      .abi,
  )
  const names = new Set(
    compiled.fragments
      .filter((fragment) => ['function', 'event', 'error'].includes(fragment.type))
      .map((fragment) => `${fragment.type} ${fragment.format('sighash')}`),
  )
  for (const fragment of interfaces[name].fragments)
    expect(names, fragment.format('full')).toContain(`${fragment.type} ${fragment.format('sighash')}`)
})
