import type { Gate } from '../../../../common/api/doctor.ts'
import { at } from '../../../../common/model/gate-value-names.ts'
import { failureOf } from '../../../../common/model/sayings.ts'
import type { ChainMonitor } from '../../chain/index.ts'
import type { DoctorPorts } from './doctor.ts'
import { gate, plain, warning } from './gate.ts'

const LEAST_GAS = 10n ** 15n

const walletStates = {
  none: 'walletNone',
  locked: 'walletLocked',
  open: 'walletOpen',
  sealed: 'walletSealed',
  damaged: 'walletDamaged',
} as const

export function walletGates({ wallet }: DoctorPorts): Gate[] {
  const { state, address, backedUp, trusted } = wallet.status()
  return [
    gate('wallet', state !== 'none' && state !== 'damaged', plain(address)),
    gate('backup', backedUp, at(backedUp ? 'confirmed' : 'notConfirmed')),
    gate('trusted', trusted, at(trusted ? 'thisNetwork' : 'otherNetwork')),
    gate('unlocked', state === 'open', at(walletStates[state])),
  ]
}

/** Whether the endpoint is believed on its own word. */
function witnessGate({ network, confirmedBy }: ChainMonitor): Gate {
  if (network.practice) return warning('witnesses', true, at('ownChain'))
  if (confirmedBy === null) return warning('witnesses', false, at('oneEndpoint'))
  return warning('witnesses', confirmedBy > 0, { code: 'endpoints', args: { count: confirmedBy } })
}

export async function networkGates({ wallet, monitor, indexer, network, peers }: DoctorPorts): Promise<Gate[]> {
  const { head, problem } = monitor
  const account = wallet.status().address
  const gas = account && head ? await network.rpc.balance(account).catch(() => null) : null
  const peer = peers.status()
  const last = indexer.store.last()?.number
  return [
    gate(
      'network',
      head !== null && !problem,
      problem
        ? { code: 'failed', args: { failure: failureOf(problem) } }
        : head && { code: 'block', args: { number: head.number } },
    ),
    witnessGate(monitor),
    gate('index', indexer.caughtUp, head && { code: 'blockOf', args: { number: last ?? 0, head: head.number } }),
    gate(
      'fees',
      gas === null ? null : gas >= LEAST_GAS,
      gas === null ? null : { code: 'native', args: { amount: String(gas) } },
    ),
    gate('peer', peer !== null && peers.problem === null, plain(peers.problem ?? peer?.addresses[0])),
  ]
}
