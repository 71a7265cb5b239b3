/** Of development chains. Their coins are worth nothing, so a wallet signs for any of them without being asked. */
export const PRACTICE_CHAIN_ID = 31_337

/** The highest fee of a transaction that nobody confirms, in wei, unless the network's settings say otherwise. */
export const DEFAULT_FEE_CAP = 2n * 10n ** 16n

/** How many times that a person may agree to who has seen the fee. */
export const PERSONAL_FEE_CAPS = 10n

/** How many times that all transactions of a day may cost at most. */
export const DAILY_FEE_CAPS = 50n

interface Place {
  readonly chainId: number
  readonly contracts: Readonly<Record<string, string>>
}

/** The network among those that a wallet was set up for; null where it is none, or has other contracts. */
export function trustedAmong<Trusted extends Place>(networks: readonly Trusted[], wanted: Place): Trusted | null {
  const found = networks.find(({ chainId }) => chainId === wanted.chainId)
  const same = Object.entries(wanted.contracts).every(
    ([name, place]) => found?.contracts[name]?.toLowerCase() === place.toLowerCase(),
  )
  return found && same ? found : null
}
