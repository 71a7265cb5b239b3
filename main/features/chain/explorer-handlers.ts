import { implement } from '@orpc/server'
import { explorerContract } from '../../../common/api/explorer.ts'
import { registry } from '../../../common/chain/contracts.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { CallContext } from '../../core/call-context.ts'
import type { MarketRepository } from '../market/compute/index.ts'
import { balanceOfCall, readBalance, type ExplorerRepository } from './explorer-repository.ts'
import type { Network } from './network.ts'
import { recompute } from './recompute.ts'
import { settled, waysOf, type ThingChecks } from './thing-checks.ts'

/** The explorer: from the contract to the index. */
export function explorerHandlers({
  checks,
  explorer,
  network,
  reads,
}: {
  readonly checks: ThingChecks
  readonly explorer: ExplorerRepository
  readonly network: Network
  readonly reads: MarketRepository
}) {
  const os = implement(explorerContract).$context<CallContext>()
  return {
    contracts: os.contracts.handler(() => network.contracts),
    blocks: os.blocks.handler(({ input }) => explorer.blocks(input.before)),
    block: os.block.handler(({ input }) => explorer.block(input.number)),
    transactions: os.transactions.handler(({ input }) => explorer.transactions(input.before)),
    transaction: os.transaction.handler(({ input }) => explorer.transaction(input.hash)),
    check: os.check.handler(({ input }) =>
      recompute({ rpc: network.rpc, registry, contracts: network.contracts }, explorer.indexed(input.hash)),
    ),
    checkThing: os.checkThing.handler(({ input: { kind, id, way } }) => {
      const check = checks[kind]?.[way]
      if (!check) throw new HearthError('BAD_INPUT', `there is nothing to check of a ${kind} in this way`)
      return settled(
        () => check(id),
        () => explorer.seen(kind, id),
      )
    }),
    blockOf: os.blockOf.handler(({ input }) => ({ number: explorer.numberOf(input.hash) })),
    thing: os.thing.handler(({ input: { kind, id } }) => ({
      ...explorer.thing(kind, id),
      checks: waysOf(checks, kind),
    })),
    address: os.address.handler(async ({ input }) => {
      const coins = await network.rpc
        .call(network.contracts.coin, balanceOfCall(input.address))
        .then(readBalance, () => null)
      return {
        address: input.address,
        market: reads.free(input.address),
        wallet: coins,
        ...explorer.ofAddress(input.address),
      }
    }),
  }
}
