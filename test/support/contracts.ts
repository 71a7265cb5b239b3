import type { TrustedNetwork } from '../../common/children/vault.ts'
import { DEFAULT_FEE_CAP, PRACTICE_CHAIN_ID } from '../../common/model/trusted-network.ts'
import { ContractAddresses, contractNames } from '../../common/chain/contracts.ts'

/** An address for every contract, for tests that reach no chain. */
export const someContracts = ContractAddresses.parse(
  Object.fromEntries(
    contractNames.map((name, i) => [
      name,
      `0x${String(i + 1)
        .padStart(2, '0')
        .repeat(20)}`,
    ]),
  ),
)

/** The practice network as a wallet is set up for it. */
export const someNetwork: TrustedNetwork = {
  chainId: PRACTICE_CHAIN_ID,
  contracts: someContracts,
  feeCap: String(DEFAULT_FEE_CAP),
}
