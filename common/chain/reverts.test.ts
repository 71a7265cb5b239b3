import { expect, test } from 'vitest'
import { revertValues } from './reverts.ts'

test('coins of a refusal are said in coins, and what another machine says in their place as it is', () => {
  const values = (free: string) => revertValues({ revert: 'NotEnoughFree', free, wanted: 10n ** 19n })
  expect(values('1500000000000000000')).toEqual({ revert: 'NotEnoughFree', free: '1.5 HTH', wanted: '10 HTH' })
  for (const nonsense of ['1.5', '-1', 'many', '9'.repeat(500)])
    expect(values(nonsense)).toMatchObject({ free: nonsense })
})
