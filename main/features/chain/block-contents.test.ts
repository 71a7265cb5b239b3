import { keccak256, Transaction, Wallet, type TransactionLike } from 'ethers'
import { expect, test } from 'vitest'
import { encodeReceipt, encodeTransaction } from './block-contents.ts'

const wallet = new Wallet(`0x${'4f'.repeat(32)}`)
const other = `0x${'0f'.repeat(20)}`
const slot = `0x${'01'.repeat(32)}`
const fees = { maxPriorityFeePerGas: 1n, maxFeePerGas: 200n }
const accessList = [{ address: other, storageKeys: [slot] }]

/** A signed transaction as JSON-RPC gives it. */
function overRpc(transaction: Transaction): Record<string, unknown> {
  const { type, chainId, nonce, gasPrice, gasLimit, to, value, data, signature } = transaction
  const hex = (of: number | bigint | null): string => `0x${BigInt(of ?? 0).toString(16)}`
  const { r, s, yParity } = signature!
  return {
    type: hex(type),
    chainId: hex(chainId),
    nonce: hex(nonce),
    gasPrice: hex(gasPrice),
    maxPriorityFeePerGas: hex(transaction.maxPriorityFeePerGas),
    maxFeePerGas: hex(transaction.maxFeePerGas),
    maxFeePerBlobGas: hex(transaction.maxFeePerBlobGas),
    blobVersionedHashes: transaction.blobVersionedHashes,
    gas: hex(gasLimit),
    to,
    value: hex(value),
    input: data,
    accessList: transaction.accessList,
    authorizationList: transaction.authorizationList?.map((entry) => ({
      chainId: hex(entry.chainId),
      address: entry.address,
      nonce: hex(entry.nonce),
      yParity: hex(entry.signature.yParity),
      r: hex(BigInt(entry.signature.r)),
      s: hex(BigInt(entry.signature.s)),
    })),
    // Endpoints write quantities without leading zeros.
    r: hex(BigInt(r)),
    s: hex(BigInt(s)),
    v: hex(type === 0 ? (transaction.signature!.networkV ?? transaction.signature!.v) : yParity),
    yParity: hex(yParity),
  }
}

const kinds: readonly (readonly [string, TransactionLike])[] = [
  ['a legacy one', { type: 0, gasPrice: 7n, to: other, value: 5n }],
  ['one with an access list', { type: 1, gasPrice: 7n, to: other, accessList }],
  ['one with a priority fee', { type: 2, ...fees, to: other, data: '0x1234', value: 10n ** 18n }],
  ['one that makes a contract', { type: 2, ...fees, to: null, data: '0x60' }],
  ['one with blobs', { type: 3, ...fees, to: other, maxFeePerBlobGas: 3n, blobVersionedHashes: [slot] }],
]
test.each(kinds)('the hash of a transaction follows from its fields: %s', async (_kind, fields) => {
  // Over many nonces some signatures begin with zeros.
  for (let nonce = 0; nonce < 20; nonce++) {
    const signed = Transaction.from(
      await wallet.signTransaction({ ...fields, chainId: 31_337, nonce, gasLimit: 21_000, from: wallet.address }),
    )
    const given = overRpc(signed)
    expect(keccak256(encodeTransaction(given)!)).toBe(signed.hash)
    const { yParity: _, ...asBefore } = given
    expect(keccak256(encodeTransaction(asBefore)!)).toBe(signed.hash)
  }
})

test('so does that of one that sets an account’s code', async () => {
  const authorization = wallet.authorizeSync({ address: other, nonce: 3n, chainId: 31_337n })
  const signed = Transaction.from(
    await wallet.signTransaction({
      type: 4,
      ...fees,
      to: other,
      chainId: 31_337,
      nonce: 0,
      gasLimit: 21_000,
      authorizationList: [authorization],
    }),
  )
  expect(keccak256(encodeTransaction(overRpc(signed))!)).toBe(signed.hash)
})

test('what is of a type that is not known is not guessed at', () => {
  expect(encodeTransaction({ type: '0x7e' })).toBeNull()
  expect(encodeReceipt({ type: '0x7e' })).toBeNull()
})
