import type { Result } from 'ethers'
import { contractAt, interfaces, type ContractAddresses, type ContractName } from './contracts.ts'

/** A decoded call to one of our contracts. Amounts are coin units and appear once, under `amount`. */
export interface CallDescription {
  readonly contract: ContractName
  readonly verb: string
  /** Arguments by name, as decimal or hexadecimal text. */
  readonly arguments: Readonly<Record<string, string>>
  /** Coins that the call moves out of the caller's reach; null where the call itself does not say. */
  readonly amount: bigint | null
}

const text = (value: unknown): string => (typeof value === 'bigint' ? value.toString() : String(value))

/** Coins at stake in a call, from its arguments. Escrows are price × term at the highest price accepted, price × milestones, or what a sale may cost. */
function amountOf(verb: string, args: Result): bigint | null {
  switch (verb) {
    case 'deposit':
    case 'depositWithPermit':
      return args.getValue('amount') as bigint
    case 'transfer':
    case 'approve':
      return args.getValue('value') as bigint
    case 'placeOrder':
      return (args.getValue('maxPrice') as bigint) * (args.getValue('term') as bigint)
    case 'buy':
      return args.getValue('maxPrice') as bigint
    case 'request':
      return args.getValue('bounty') as bigint
    case 'open':
      return (args.getValue('price') as bigint) * (args.getValue('milestones') as bigint)
    default:
      return null
  }
}

/** Decodes the call data of a transaction to one of our contracts; null for anything else, however it looks. */
export function describeCall(contracts: ContractAddresses, to: string | null, data: string): CallDescription | null {
  const contract = contractAt(contracts, to)
  if (!contract) return null
  try {
    const call = interfaces[contract].parseTransaction({ data })
    if (!call) return null
    const args = Object.fromEntries(call.fragment.inputs.map((input, i) => [input.name, text(call.args[i])]))
    return { contract, verb: call.name, arguments: args, amount: amountOf(call.name, call.args) }
  } catch {
    return null
  }
}
