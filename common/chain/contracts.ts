import * as z from 'zod'
import type { HeldFor } from '../model/held.ts'
import { Address } from '../model/values.ts'
import { ContractRegistry, NO_ADDRESS } from './contract-registry.ts'
import { coin } from './contracts/coin/index.ts'
import { dataMarket } from './contracts/data-market/index.ts'
import { jury } from './contracts/jury/index.ts'
import { ledger } from './contracts/ledger/index.ts'
import { market } from './contracts/market/index.ts'
import { training } from './contracts/training/index.ts'

/** In the order of their deployment. */
const modules = [coin, ledger, market, jury, training, dataMarket] as const
export type ContractModules = typeof modules
export type ContractName = ContractModules[number]['name']

/** Every contract that Hearth knows; whatever is said or done about one derives from here. */
export const registry: ContractRegistry<ContractName> = new ContractRegistry<ContractName>(modules)
export const { interfaces, names: contractNames } = registry

export type ContractAddresses = Readonly<Record<ContractName, Address>>
export const ContractAddresses = z.record(z.enum(contractNames), Address)

/** As settings name them: those of an older Hearth lack what came later, which `checkNetwork` says in words. */
export const NamedAddresses = z.partialRecord(z.enum(contractNames), Address)
export const withGaps = (named: z.infer<typeof NamedAddresses>): ContractAddresses =>
  ContractAddresses.parse(Object.fromEntries(contractNames.map((name) => [name, named[name] ?? NO_ADDRESS])))

/** The stake bucket of a machine in the Ledger, as `Market.stakeBucket`. */
export const stakeBucket = (machine: bigint): bigint => (1n << 255n) | machine

/** What a bucket of the Ledger is for; null for one of a contract that says nothing of them. */
export function bucketOf(
  contracts: ContractAddresses,
  module: string,
  bucket: bigint,
): { readonly what: HeldFor; readonly id: number } | null {
  const kinds = registry.module(registry.at(contracts, module) ?? '')?.buckets
  const what = bucket >> 255n ? kinds?.bit255 : bucket >> 254n ? kinds?.bit254 : kinds?.plain
  return what ? { what, id: Number(BigInt.asUintN(254, bucket)) } : null
}
