import { join } from 'node:path'
import { implement } from '@orpc/server'
import { partnerContract } from '../../../common/api/partner.ts'
import type { CallContext } from '../../core/call-context.ts'
import type { Foundation, Module } from '../../core/module.ts'
import { watch } from '../../core/watch.ts'
import type { PracticeChain } from '../chain/index.ts'
import { PartnerService } from './partner-service.ts'

/** Somebody to trade with on a practice network of one's own. */
export function practicePartnerModule({
  config,
  log,
  paths,
  practice,
  processes,
}: Foundation & { readonly practice: PracticeChain | null }) {
  const folder = join(paths.practice, 'partner')
  const partner = new PartnerService({ config, practice, folder, process: processes.partner, log })
  const os = implement(partnerContract).$context<CallContext>()
  return {
    services: {},
    start: [partner],
    api: {
      partner: {
        watch: os.watch.handler(({ signal }) =>
          watch(
            (changed) => partner.events.on('changed', changed),
            () => partner.view,
            signal,
          ),
        ),
        turn: os.turn.handler(({ input }) => partner.turn(input.on)),
      },
    },
  } satisfies Module
}
