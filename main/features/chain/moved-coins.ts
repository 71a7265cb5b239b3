import { HearthError } from '../../../common/errors/index.ts'

type Event = { readonly contract: string; readonly name: string; readonly args: Readonly<Record<string, string>> }

/** What may have moved, the most telling first: a deposit is also a transfer, a payment also ends what was held. */
const movements: readonly (readonly (readonly [contract: string, event: string, argument: string])[])[] = [
  [
    ['ledger', 'Closed', 'paid'],
    ['ledger', 'Released', 'amount'],
  ],
  [['ledger', 'Held', 'amount']],
  [['ledger', 'Deposited', 'amount']],
  [['ledger', 'Withdrawn', 'amount']],
  [['ledger', 'Closed', 'refunded']],
  [['coin', 'Transfer', 'value']],
]

/** Coins that a transaction moved, by its events; null where it moved none. */
export function movedCoins(events: readonly Event[]): bigint | null {
  for (const movement of movements) {
    const moved = movement
      .flatMap(([contract, name, argument]) =>
        events.flatMap((event) =>
          event.contract === contract && event.name === name ? [amount(event, argument)] : [],
        ),
      )
      .reduce((sum, units) => sum + units, 0n)
    if (moved > 0n) return moved
  }
  return null
}

function amount({ contract, name, args }: Event, argument: string): bigint {
  const text = args[argument]
  if (text === undefined)
    throw new HearthError('DATABASE_CORRUPT', `the index keeps ${contract}.${name} without "${argument}"`)
  return BigInt(text)
}
