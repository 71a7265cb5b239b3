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
