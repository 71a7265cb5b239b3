import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AbiCoder, keccak256 } from 'ethers'
import * as z from 'zod'
import { interfaces, type ContractName } from '../../common/chain/contracts.ts'
import { seatsIn } from '../../common/model/dispute.ts'
import { pause } from '../../main/core/clock.ts'
import { Log } from '../../main/core/log/log.ts'
import { PracticeChain, practiceContracts as contracts, Rpc } from '../../main/features/chain/index.ts'

export interface Drawn {
  readonly seats: number
  readonly gas: number
  readonly perSeat: number
  /** Whether the seats are those that follow from the beacon by the rules. */
  readonly agrees: boolean
}

const BATCH = 500
const COIN = 10n ** 18n
const bytes32 = (byte: string): string => `0x${byte.repeat(32)}`
const coder = AbiCoder.defaultAbiCoder()

/** Enrols so many machines on a practice chain and draws the three juries of one dispute among them. */
export async function drawGas(machines: number): Promise<readonly Drawn[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-draw-'))
  const chain = new PracticeChain(folder, new Log(() => {}))
  await chain.start()
  try {
    return await play(new Rpc(chain.rpcUrl), machines)
  } finally {
    await chain.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function play(rpc: Rpc, machines: number): Promise<readonly Drawn[]> {
  const [faucet, accused, accuser, crowd] = await rpc.send('eth_accounts', [], z.array(z.string()).min(4))
  if (!faucet || !accused || !accuser || !crowd) throw new Error('the practice chain has no accounts')
  const send = async (from: string, contract: ContractName, verb: string, args: readonly unknown[]) => {
    const data = interfaces[contract].encodeFunctionData(verb, args)
    const transaction = { from, to: contracts[contract], data }
    const hash = await rpc.send('eth_sendTransaction', [transaction], z.string())
    for (;;) {
      const receipt = await rpc.receipt(hash)
      if (receipt?.status === 1) return receipt
      if (receipt) throw new Error(`${verb} reverted`)
      await pause(5)
    }
  }
  const held = BigInt(machines) * 20n * COIN
  for (const [account, amount] of [
    [crowd, held],
    [accused, 100n * COIN],
    [accuser, 100n * COIN],
  ] as const) {
    await send(faucet, 'coin', 'transfer', [account, amount])
    await send(account, 'coin', 'approve', [contracts.ledger, amount])
    await send(account, 'ledger', 'deposit', [amount])
  }
  await enrolAll(rpc, crowd, machines)
  await send(faucet, 'ledger', 'addModule', [faucet])
  const { number: since } = await rpc.header('latest')
  await rpc.send('evm_mine', [], z.unknown())
  await send(faucet, 'jury', 'open', [accuser, accused, since, 12n * 10n ** 17n])
  const drawn: Drawn[] = []
  for (let round = 0; round < 3; round++) {
    const { number: beacon, hash } = await rpc.header('latest').then(async (head) => {
      await rpc.send('anvil_mine', [2], z.unknown())
      return rpc.header(head.number + 1)
    })
    const { gasUsed, blockNumber } = await send(faucet, 'jury', 'draw', [1])
    const logs = await rpc.logs([contracts.jury], blockNumber, blockNumber)
    const seen = logs.flatMap((log) => {
      const event = interfaces.jury.parseLog(log)
      return event?.name === 'SeatDrawn' ? [Number(event.args.machine)] : []
    })
    const seats = seatsIn(round)
    drawn.push({
      seats,
      gas: Number(gasUsed),
      perSeat: Math.round(Number(gasUsed) / seats),
      agrees: beacon > since && seen.join() === seatsOf(hash, round, machines).join(),
    })
    const guilty = round % 2 === 0
    for (const machine of seen) {
      const hidden = coder.encode(
        ['uint256', 'uint8', 'uint64', 'bool', 'bytes32'],
        [1, round, machine, guilty, bytes32('01')],
      )
      await send(crowd, 'jury', 'vote', [1, machine, keccak256(hidden)])
    }
    for (const machine of seen) await send(crowd, 'jury', 'reveal', [1, machine, guilty, bytes32('01')])
    if (round < 2) await send(guilty ? accused : accuser, 'jury', 'appeal', [1])
  }
  return drawn
}

/** The machines that a beacon draws. All were enrolled in the order of their numbers, so each stands at its own. */
function seatsOf(beacon: string, round: number, machines: number): number[] {
  const seed = keccak256(coder.encode(['bytes32', 'uint256', 'uint8'], [beacon, 1, round]))
  const seats = new Set<number>()
  for (let draw = 0; seats.size < seatsIn(round); draw++) {
    const number = BigInt(keccak256(coder.encode(['bytes32', 'uint256'], [seed, draw])))
    seats.add(1 + Number(number % BigInt(machines)))
  }
  return [...seats]
}

/** Registers and enrols machines of one account, some hundreds in a block. */
async function enrolAll(rpc: Rpc, owner: string, machines: number): Promise<void> {
  await rpc.send('evm_setBlockGasLimit', [`0x${(10n ** 10n).toString(16)}`], z.unknown())
  await rpc.send('evm_setAutomine', [false], z.unknown())
  const count = async (): Promise<bigint> => {
    const data = interfaces.jury.encodeFunctionData('enrolledCount')
    return BigInt(await rpc.send('eth_call', [{ to: contracts.jury, data }, 'latest'], z.string()))
  }
  let nonce = Number(await rpc.send('eth_getTransactionCount', [owner, 'latest'], z.string()))
  for (let from = 1; from <= machines; from += BATCH) {
    const ids = Array.from({ length: Math.min(BATCH, machines + 1 - from) }, (_, i) => from + i)
    for (const [contract, verb, args] of [
      ['market', 'addMachine', () => [bytes32('01'), bytes32('02')]],
      ['jury', 'enrol', (id: number) => [id]],
    ] as const) {
      const calls = ids.map((id) => ({
        from: owner,
        nonce: `0x${(nonce++).toString(16)}`,
        to: contracts[contract],
        data: interfaces[contract].encodeFunctionData(verb, args(id)),
        gas: '0x7a120',
      }))
      await Promise.all(calls.map((call) => rpc.send('eth_sendTransaction', [call], z.string())))
      await rpc.send('evm_mine', [], z.unknown())
    }
  }
  await rpc.send('evm_setAutomine', [true], z.unknown())
  if ((await count()) !== BigInt(machines)) throw new Error(`${await count()} of ${machines} machines are enrolled`)
}
