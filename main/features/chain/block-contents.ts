import { concat, encodeRlp, type RlpStructuredDataish } from 'ethers'
import { minimal } from './header-hash.ts'

type Fields = Readonly<Record<string, unknown>>

const head = ['chainId', 'nonce', 'maxPriorityFeePerGas', 'maxFeePerGas', 'gas', 'to', 'value', 'input', 'accessList']
const signed = ['yParity', 'r', 's']
/** The fields of a signed transaction in consensus order, by its type (Yellow Paper §4.2; EIPs 2930, 1559, 4844, 7702). */
const transactionFields: Readonly<Record<number, readonly string[]>> = {
  0: ['nonce', 'gasPrice', 'gas', 'to', 'value', 'input', 'v', 'r', 's'],
  1: ['chainId', 'nonce', 'gasPrice', 'gas', 'to', 'value', 'input', 'accessList', ...signed],
  2: [...head, ...signed],
  3: [...head, 'maxFeePerBlobGas', 'blobVersionedHashes', ...signed],
  4: [...head, 'authorizationList', ...signed],
}
const receiptFields = ['status', 'cumulativeGasUsed', 'logsBloom', 'logs']
const authorisationFields = ['chainId', 'address', 'nonce', ...signed]
/** All but these are quantities, which RLP writes without leading zeros. */
const bytes: ReadonlySet<string> = new Set(['to', 'input', 'logsBloom', 'address'])

/** A transaction as its sender signed it; null for a type that this does not know. */
export function encodeTransaction(transaction: Fields): string | null {
  const type = Number(transaction['type'] ?? 0)
  const fields = transactionFields[type]
  if (!fields) return null
  // Endpoints that are older than `yParity` say it as `v`.
  const all: Fields = { yParity: transaction['v'], ...transaction }
  return enveloped(type, encodeRlp(fields.map((name) => fieldOf(name, all[name]))))
}

/** A receipt as its block commits to it; null for a transaction's type that this does not know. */
export function encodeReceipt(receipt: Fields): string | null {
  const type = Number(receipt['type'] ?? 0)
  if (!(type in transactionFields)) return null
  return enveloped(type, encodeRlp(receiptFields.map((name) => fieldOf(name, receipt[name]))))
}

const enveloped = (type: number, encoded: string): string =>
  type === 0 ? encoded : concat([`0x0${type.toString(16)}`, encoded])

function fieldOf(name: string, value: unknown): RlpStructuredDataish {
  if (name === 'accessList')
    return (value as { address: string; storageKeys: string[] }[]).map((entry) => [entry.address, entry.storageKeys])
  if (name === 'logs')
    return (value as { address: string; topics: string[]; data: string }[]).map((log) => [
      log.address,
      log.topics,
      log.data,
    ])
  if (name === 'blobVersionedHashes') return value as string[]
  if (name === 'authorizationList')
    return (value as Fields[]).map((entry) => authorisationFields.map((field) => fieldOf(field, entry[field])))
  // A transaction that makes a contract goes to nobody.
  if (bytes.has(name)) return value === null ? '0x' : (value as string)
  return minimal(value)
}
