import { implement } from '@orpc/server'
import { trialContract } from '../../../../common/api/trial.ts'
import type { CallContext } from '../../../core/call-context.ts'
import type { CheckpointSamples } from './checkpoint-samples.ts'
import type { TrialService } from './trial-service.ts'

/** Trying runs: from the contract to the service. */
export function trialHandlers({
  trials,
  samples,
}: {
  readonly trials: TrialService
  readonly samples: CheckpointSamples
}) {
  const os = implement(trialContract).$context<CallContext>()
  return {
    prompts: os.prompts.handler(({ input }) => trials.prompts(input.run)),
    ask: os.ask.handler(({ input: { run, ...asked }, signal }) => trials.ask(run, asked, signal)),
    samples: os.samples.handler(({ input }) => samples.of(input.run)),
    askSamples: os.askSamples.handler(async ({ input }) => (await samples.ask(input.run, input.prompts), {})),
    keep: os.keep.handler(({ input }) => trials.keep(input.run, input.name)),
  }
}
