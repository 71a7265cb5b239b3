import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { Address, Hash, Hex } from '../../../common/model/values.ts'
import { headerHash } from './header-hash.ts'
import { revertError } from './revert.ts'

const Quantity = z
  .string()
  .regex(/^0x[0-9a-f]+$/i)
  .transform((text) => BigInt(text))
const Small = Quantity.transform(Number).pipe(z.int())
const Lower = <T extends z.ZodType<string>>(schema: T) => schema.transform((text) => text.toLowerCase())

const Transaction = z.object({
  hash: Hash,
  from: Lower(Address),
  to: Lower(Address).nullable(),
  input: Hex,
  value: Quantity,
  transactionIndex: Small,
})
const Header = z.looseObject({
  number: Small,
  hash: Hash,
  parentHash: Hash,
  timestamp: Small,
  baseFeePerGas: Quantity.optional(),
})
const Block = Header.extend({ transactions: z.array(Transaction) })
const LogEntry = z.object({
  address: Address,
  topics: z.array(Hash),
  data: Hex,
  blockNumber: Small,
  blockHash: Hash,
  transactionHash: Hash,
  logIndex: Small,
})
const Receipt = z.object({
  transactionHash: Hash,
  blockNumber: Small,
  blockHash: Hash,
  status: Small,
  gasUsed: Quantity,
  effectiveGasPrice: Quantity,
  contractAddress: Address.nullish(),
})

/** What each of several calls of one account did, had they stood in one block. */
const Simulated = z
  .array(z.object({ calls: z.array(z.object({ status: Small, gasUsed: Quantity, returnData: Hex })) }))
  .length(1)

const FeeHistory = z.object({ reward: z.array(z.array(Quantity)).nullish(), gasUsedRatio: z.array(z.number()) })

export type RpcBlock = z.infer<typeof Block>
export type RpcHeader = z.infer<typeof Header>
export type RpcLog = z.infer<typeof LogEntry>
export type RpcReceipt = z.infer<typeof Receipt>

const RpcAnswer = z.union([
  z.object({ result: z.unknown() }),
  z.object({ error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }) }),
])

const TIMEOUT_MS = 10_000
const hexNumber = (value: number | bigint): string => `0x${value.toString(16)}`

/** JSON-RPC to one endpoint. Every answer is parsed, and every block's hash is recomputed: an endpoint may lie. */
export class Rpc {
  readonly url: string
  #id = 0
  #verified: RpcHeader | undefined

  constructor(url: string) {
    this.url = url
  }

  /** @throws HearthError NETWORK_DOWN, CALL_REVERTED, or CHAIN_LIES for an answer that is not what was asked for. */
  async send<T>(method: string, params: readonly unknown[], schema: z.ZodType<T>): Promise<T> {
    const answer = RpcAnswer.safeParse(await this.#post({ jsonrpc: '2.0', id: ++this.#id, method, params }))
    if (!answer.success) throw new HearthError('CHAIN_LIES', `${method}: not a JSON-RPC answer`)
    if ('error' in answer.data)
      throw (
        revertError(answer.data.error) ??
        new HearthError('NETWORK_DOWN', `${method}: ${answer.data.error.message}`, { rpcCode: answer.data.error.code })
      )
    const result = schema.safeParse(answer.data.result)
    if (!result.success) throw new HearthError('CHAIN_LIES', `${method}: ${z.prettifyError(result.error)}`)
    return result.data
  }

  async #post(body: unknown): Promise<unknown> {
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
        redirect: 'error',
      })
      return await response.json()
    } catch (error) {
      throw new HearthError('NETWORK_DOWN', `the chain does not answer: ${messageOf(error)}`, {}, { cause: error })
    }
  }

  chainId(): Promise<number> {
    return this.send('eth_chainId', [], Small)
  }

  /**
   * Hash of block 0, by which chains of one id are told apart; null where the endpoint does not keep it. As block 1
   * names it, where that is there: anvil makes a block 0 at each start, keeps them all, and shows any of them.
   */
  async genesis(): Promise<string | null> {
    const first = await this.send(
      'eth_getBlockByNumber',
      ['0x1', false],
      z.object({ parentHash: Hash }).nullable(),
    ).catch(() => null)
    if (first) return first.parentHash
    return (await this.send('eth_getBlockByNumber', ['0x0', false], z.object({ hash: Hash }).nullable()))?.hash ?? null
  }

  async header(at: number | 'latest'): Promise<RpcHeader> {
    const header = await this.send('eth_getBlockByNumber', [at === 'latest' ? at : hexNumber(at), false], Header)
    // Most looks at a quiet chain find what the last one found.
    if (!isDeepStrictEqual(header, this.#verified)) this.#verified = verified(header)
    return header
  }

  /** Of a chain of our own, whose word is taken. */
  tip(): Promise<Pick<RpcHeader, 'number' | 'hash'>> {
    return this.send('eth_getBlockByNumber', ['latest', false], Header.pick({ number: true, hash: true }))
  }

  /** Null where the chain is shorter. */
  async block(at: number): Promise<RpcBlock | null> {
    const block = await this.send('eth_getBlockByNumber', [hexNumber(at), true], Block.nullable())
    if (block && block.number !== at) throw new HearthError('CHAIN_LIES', `asked for block ${at}, got ${block.number}`)
    return block && verified(block)
  }

  logs(addresses: readonly string[], from: number, to: number): Promise<RpcLog[]> {
    return this.send(
      'eth_getLogs',
      [{ address: addresses, fromBlock: hexNumber(from), toBlock: hexNumber(to) }],
      z.array(LogEntry),
    )
  }

  receipt(hash: string): Promise<RpcReceipt | null> {
    return this.send('eth_getTransactionReceipt', [hash], Receipt.nullable())
  }

  transactionCount(account: string, at: number | 'latest' = 'latest'): Promise<number> {
    return this.send('eth_getTransactionCount', [account, at === 'latest' ? at : hexNumber(at)], Small)
  }

  code(address: string): Promise<string> {
    return this.send('eth_getCode', [address, 'latest'], Hex)
  }

  balance(address: string): Promise<bigint> {
    return this.send('eth_getBalance', [address, 'latest'], Quantity)
  }

  call(to: string, data: string, at: number | 'latest' = 'latest'): Promise<string> {
    return this.send('eth_call', [{ to, data }, at === 'latest' ? at : hexNumber(at)], Hex)
  }

  estimateGas(from: string, to: string, data: string): Promise<bigint> {
    return this.send('eth_estimateGas', [{ from, to, data }], Quantity)
  }

  /**
   * The gas of calls of which each needs what those before it did.
   * @throws HearthError CALL_REVERTED where one of them is refused
   */
  async gasInTurn(from: string, calls: readonly { readonly to: string; readonly data: string }[]): Promise<bigint[]> {
    const blockStateCalls = [{ calls: calls.map(({ to, data }) => ({ from, to, input: data })) }]
    const [block] = await this.send('eth_simulateV1', [{ blockStateCalls }, 'latest'], Simulated)
    const done = block!.calls
    if (done.length !== calls.length) throw new HearthError('CHAIN_LIES', 'eth_simulateV1: other calls than asked for')
    return done.map(({ status, gasUsed, returnData }) => {
      if (status === 1) return gasUsed
      throw revertError({ code: 3, message: '', data: returnData })!
    })
  }

  priorityFee(): Promise<bigint> {
    return this.send('eth_maxPriorityFeePerGas', [], Quantity)
  }

  /** What the middle transaction of each of the last blocks paid above the base fee; none for those that are empty. */
  async tips(blocks: number): Promise<bigint[]> {
    const { reward, gasUsedRatio } = await this.send('eth_feeHistory', [hexNumber(blocks), 'latest', [50]], FeeHistory)
    return (reward ?? []).flatMap(([tip], i) => (tip === undefined || gasUsedRatio[i] === 0 ? [] : [tip]))
  }

  sendRaw(raw: string): Promise<string> {
    return this.send('eth_sendRawTransaction', [raw], Hash)
  }
}

function verified<T extends RpcHeader>(block: T): T {
  if (headerHash(block) !== block.hash.toLowerCase())
    throw new HearthError('CHAIN_LIES', `block ${block.number} does not hash to what the endpoint says`)
  return block
}
