import type { Gate } from '../../../../common/api/doctor.ts'
import { formatCoins } from '../../../../common/model/money.ts'
import type { ChainMonitor } from '../../chain/index.ts'
import type { DoctorPorts } from './doctor.ts'
import { gate, warning } from './gate.ts'

const LEAST_GAS = 10n ** 15n

export function walletGates({ wallet }: DoctorPorts): Gate[] {
  const { state, address, backedUp, trusted } = wallet.status()
  return [
    gate('wallet', state !== 'none' && state !== 'damaged', address, 'hearth wallet create'),
    gate('backup', backedUp, backedUp ? 'confirmed' : 'not confirmed', 'hearth wallet backup'),
    gate('trusted', trusted, trusted ? 'set up for this network' : 'set up for another network', 'hearth wallet trust'),
    gate('unlocked', state === 'open', state, 'hearth wallet unlock'),
  ]
}

/** Whether the endpoint is believed on its own word. */
function witnessGate({ network, confirmedBy }: ChainMonitor): Gate {
  const fix = 'name other endpoints of the chain in the settings (network.witnesses)'
  if (network.practice) return warning('witnesses', true, 'a chain of this machine', fix)
  if (confirmedBy === null) return warning('witnesses', false, 'one endpoint, whose word nobody checks', fix)
  return warning('witnesses', confirmedBy > 0, `${confirmedBy} other endpoints say the same`, fix)
}

export async function networkGates({ wallet, monitor, indexer, network, peers }: DoctorPorts): Promise<Gate[]> {
  const { head, problem } = monitor
  const account = wallet.status().address
  const gas = account && head ? await network.rpc.balance(account).catch(() => null) : null
  const peer = peers.status()
  return [
    gate(
      'network',
      head !== null && !problem,
      problem?.message ?? (head ? `block ${head.number}` : null),
      'check the network in Settings',
    ),
    witnessGate(monitor),
    gate(
      'index',
      indexer.caughtUp,
      `block ${indexer.store.last()?.number ?? 'none'} of ${head?.number ?? '?'}`,
      'wait until the index has caught up',
    ),
    gate(
      'fees',
      gas === null ? null : gas >= LEAST_GAS,
      gas === null ? null : `${formatCoins(gas)} ETH`,
      network.practice ? 'hearth wallet faucet' : 'send some of the chain’s own coin to this wallet',
    ),
    gate(
      'peer',
      peer !== null && peers.problem === null,
      peers.problem ?? peer?.addresses[0] ?? null,
      'restart Hearth; see the log',
    ),
  ]
}
