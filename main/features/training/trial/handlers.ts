import { implement } from '@orpc/server'
import { trialContract } from '../../../../common/api/trial.ts'
import type { CallContext } from '../../../core/call-context.ts'
import type { TrialService } from './trial-service.ts'

/** Trying runs: from the contract to the service. */
export function trialHandlers({ trials }: { readonly trials: TrialService }) {
  const os = implement(trialContract).$context<CallContext>()
  return {
    prompts: os.prompts.handler(({ input }) => trials.prompts(input.run)),
    ask: os.ask.handler(({ input: { run, ...asked }, signal }) => trials.ask(run, asked, signal)),
    keep: os.keep.handler(({ input }) => trials.keep(input.run, input.name)),
  }
}
