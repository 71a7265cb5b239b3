import { Interface } from 'ethers'
import * as z from 'zod'
import { Address } from '../model/values.ts'
import { coinAbi, dataMarketAbi, ledgerAbi, marketAbi, trainingAbi } from './abi.ts'

export const ContractAddresses = z.strictObject({
  coin: Address,
  ledger: Address,
  market: Address,
  training: Address,
  dataMarket: Address,
})
export type ContractAddresses = z.infer<typeof ContractAddresses>
export type ContractName = keyof ContractAddresses
export const contractNames = [
  'coin',
  'ledger',
  'market',
  'training',
  'dataMarket',
] as const satisfies readonly ContractName[]

export const interfaces: Readonly<Record<ContractName, Interface>> = {
  coin: new Interface(coinAbi),
  ledger: new Interface(ledgerAbi),
  market: new Interface(marketAbi),
  training: new Interface(trainingAbi),
  dataMarket: new Interface(dataMarketAbi),
}

/** Which of our contracts an address is, if any. */
export function contractAt(contracts: ContractAddresses, address: string | null): ContractName | null {
  const wanted = address?.toLowerCase()
  return contractNames.find((name) => contracts[name].toLowerCase() === wanted) ?? null
}

/** The stake bucket of a machine in the Ledger, as `Market.stakeBucket`. */
export const stakeBucket = (machine: bigint): bigint => (1n << 255n) | machine
