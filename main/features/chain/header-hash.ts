import { encodeRlp, keccak256 } from 'ethers'

/** The header's fields in consensus order; later forks appended, so a header ends where its fork did. */
const required = [
  'parentHash',
  'sha3Uncles',
  'miner',
  'stateRoot',
  'transactionsRoot',
  'receiptsRoot',
  'logsBloom',
  'difficulty',
  'number',
  'gasLimit',
  'gasUsed',
  'timestamp',
  'extraData',
  'mixHash',
  'nonce',
] as const
const appended = [
  'baseFeePerGas',
  'withdrawalsRoot',
  'blobGasUsed',
  'excessBlobGas',
  'parentBeaconBlockRoot',
  'requestsHash',
] as const
const quantities: ReadonlySet<string> = new Set([
  'difficulty',
  'number',
  'gasLimit',
  'gasUsed',
  'timestamp',
  'baseFeePerGas',
  'blobGasUsed',
  'excessBlobGas',
])

/**
 * keccak256 of the RLP header (Yellow Paper §4.4; EIPs 1559, 4895, 4844, 4788, 7685). Chains with other headers, such
 * as some rollups', have fields that this does not know; null-hash results then refuse them.
 * @param block the header as JSON-RPC gives it, or with its quantities already read
 */
export function headerHash(block: Readonly<Record<string, unknown>>): string {
  const fields = [...required, ...appended.filter((name) => block[name] !== undefined && block[name] !== null)]
  return keccak256(encodeRlp(fields.map((name) => (quantities.has(name) ? minimal(block[name]) : String(block[name])))))
}

/** Quantities in RLP have no leading zeros, and zero is empty. */
export function minimal(value: unknown): string {
  const number = BigInt(value as string | number | bigint)
  if (number === 0n) return '0x'
  const hex = number.toString(16)
  return `0x${hex.length % 2 ? '0' : ''}${hex}`
}
