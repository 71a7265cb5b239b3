import type { Gate } from '../../../../common/api/doctor.ts'
import { balanceOfCall, readBalance } from '../../chain/index.ts'
import type { DoctorPorts } from './doctor.ts'
import { coins, gate, warning } from './gate.ts'

const DAY = 86_400

/** From coins to a machine that others can find and reach. */
export async function registrationGates(ports: DoctorPorts): Promise<Gate[]> {
  const { earning, peers } = ports
  const registered = earning.myMachine()
  const peer = peers.status()
  const open = peer?.addresses.filter((address) => !isLoopback(address)) ?? []
  const { started } = earning.intent
  return [
    await stakeGate(ports),
    gate('machine', registered !== null, registered ? `machine ${registered.id}` : null, 'hearth market add-machine'),
    gate(
      'announced',
      registered ? registered.addresses.length > 0 : null,
      registered?.addresses[0] ?? null,
      'it announces itself while the wallet is open',
    ),
    warning(
      'reachable',
      open.length > 0,
      open[0] ?? (peer ? 'only from this machine' : null),
      'let the peer node listen on an address of your network, or at a relay',
    ),
    gate('started', started, started ? 'started' : 'paused by you', 'hearth earn start'),
  ]
}

async function stakeGate({ wallet, earning, network, reads, stake }: DoctorPorts): Promise<Gate> {
  const fix = 'bring coins for the stake into the wallet; registering the machine deposits them'
  const registered = earning.myMachine()
  const needed = await stake().catch(() => null)
  if (registered) return gate('stake', true, `${coins(reads.stakeOf(registered.id))} held`, fix)
  const { address } = wallet.status()
  const free = address ? reads.free(address) : 0n
  // What is missing in the market is deposited with the registration.
  const inWallet = address
    ? await network.rpc.call(network.contracts.coin, balanceOfCall(address)).then(readBalance, () => null)
    : 0n
  return gate(
    'stake',
    needed === null || inWallet === null ? null : free + inWallet >= needed,
    `${coins(free)} free and ${inWallet === null ? 'an unknown amount' : coins(inWallet)} in the wallet, of ` +
      (needed === null ? 'a stake that is not known yet' : coins(needed)),
    fix,
  )
}

/** From the offer to the customers. */
export function marketGates(ports: DoctorPorts): Gate[] {
  const { profit, reads, config, monitor, network } = ports
  const price = BigInt(config.get().earn.price)
  const offers = reads.openOffers()
  const median = offers[Math.floor(offers.length / 2)]?.price ?? null
  const floor = profit.floor()
  const demand = monitor.head ? reads.ordersPlacedSince(monitor.head.time - DAY) : 0
  return [
    offerGate(ports),
    gate(
      'cost',
      profit.belowCost() === null,
      floor === null ? 'not known' : `${coins(price)} a second, electricity ${coins(floor)}`,
      'raise the price in Earn, or let work run below its cost',
    ),
    warning(
      'price',
      median === null || price <= median,
      median === null ? 'no other offers' : `${coins(price)} a second, median ${coins(median)}`,
      'lower the price in Earn',
    ),
    warning(
      'demand',
      demand > 0,
      `${demand} orders in the last day`,
      network.practice ? 'hearth demo shows an order from the other side' : 'wait, or lower the price',
    ),
  ]
}

/** An open offer, or an order that came of one. */
function offerGate({ earning, reads }: DoctorPorts): Gate {
  const registered = earning.myMachine()
  const offer = registered && reads.openOffer(registered.id)
  const order = registered && reads.activeOrderOn(registered.id)
  return gate(
    'offer',
    registered ? Boolean(offer ?? order) : null,
    offer ? `offer ${offer.id}` : order ? `order ${order.id}` : null,
    'it is made by itself after the start',
  )
}

const isLoopback = (address: string): boolean => /^\/(?:ip4\/127\.|ip6\/::1\/|dns[46]?\/localhost\/)/.test(address)
