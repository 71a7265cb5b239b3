import type { Gate } from '../../../../common/api/doctor.ts'
import { at } from '../../../../common/model/gate-value-names.ts'
import { balanceOfCall, readBalance } from '../../chain/index.ts'
import type { DoctorPorts } from './doctor.ts'
import { gate, plain, warning } from './gate.ts'

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
    gate('machine', registered !== null, registered && { code: 'machine', args: { id: registered.id } }),
    gate('announced', registered ? registered.addresses.length > 0 : null, plain(registered?.addresses[0])),
    warning('reachable', open.length > 0, plain(open[0]) ?? (peer && at('onlyHere'))),
    gate('started', started, at(started ? 'started' : 'pausedByYou')),
  ]
}

async function stakeGate({ wallet, earning, network, reads, stake }: DoctorPorts): Promise<Gate> {
  const registered = earning.myMachine()
  const needed = await stake().catch(() => null)
  if (registered) return gate('stake', true, { code: 'held', args: { amount: String(reads.stakeOf(registered.id)) } })
  const { address } = wallet.status()
  const free = address ? reads.free(address) : 0n
  // What is missing in the market is deposited with the registration.
  const inWallet = address
    ? await network.rpc.call(network.contracts.coin, balanceOfCall(address)).then(readBalance, () => null)
    : 0n
  if (needed === null || inWallet === null)
    return gate('stake', null, { code: 'stakeUnknown', args: { free: String(free) } })
  return gate('stake', free + inWallet >= needed, {
    code: 'stake',
    args: { free: String(free), wallet: String(inWallet), needed: String(needed) },
  })
}

/** From the offer to the customers. */
export function marketGates(ports: DoctorPorts): Gate[] {
  const { profit, reads, config, monitor } = ports
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
      floor === null ? at('noCost') : { code: 'costs', args: { price: String(price), cost: String(floor) } },
    ),
    warning(
      'price',
      median === null || price <= median,
      median === null ? at('noOffers') : { code: 'median', args: { price: String(price), median: String(median) } },
    ),
    warning('demand', demand > 0, { code: 'orders', args: { count: demand } }),
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
    offer ? { code: 'offer', args: { id: offer.id } } : order ? { code: 'order', args: { id: order.id } } : null,
  )
}

const isLoopback = (address: string): boolean => /^\/(?:ip4\/127\.|ip6\/::1\/|dns[46]?\/localhost\/)/.test(address)
