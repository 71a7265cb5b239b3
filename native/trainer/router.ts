import { trainerContract } from '../../common/children/trainer.ts'
import { implement } from '../../main/core/processes/child-frame.ts'
import { withProgress } from '../../main/core/processes/progress.ts'
import { HearthError } from '../../common/errors/index.ts'
import * as tables from '../tabular/service.ts'
import { promptsOf } from './data/prompts.ts'
import { benchTraining } from './run/bench.ts'
import {
  adopt,
  bundle,
  commitment,
  compose,
  convert,
  estimate,
  inspectAdapter,
  inspectBase,
  inspectBundle,
  look,
  merge,
  prepare,
  quote,
  readDataOf,
  toGguf,
  trainRun,
  verify,
  type Compute,
} from './service.ts'

const os = implement(trainerContract)
const compute = ({ spin }: { spin: boolean }, signal: AbortSignal | undefined): Compute => ({
  spin,
  yieldToEventLoop: async () => {
    // A running graph blocks the thread; messages, such as a pause, arrive between two graphs.
    await new Promise((resolve) => setImmediate(resolve))
    if (signal?.aborted) throw new HearthError('ABORTED', 'stopped; everything up to the last checkpoint is kept')
  },
})

/** Handlers of the engine's process. */
export const trainerRouter = os.router({
  inspect: os.inspect.handler(({ input }) => inspectBase(input.base)),
  look: os.look.handler(({ input, signal }) => look(input, compute({ spin: false }, signal).yieldToEventLoop)),
  prepare: os.prepare.handler(({ input }) => withProgress((report) => prepare(input, (rows) => report({ rows })))),
  compose: os.compose.handler(({ input }) => compose(input)),
  estimate: os.estimate.handler(({ input, signal }) => estimate(input.folder, input.base, compute(input, signal))),
  bench: os.bench.handler(({ input, signal }) =>
    benchTraining(input, compute({ spin: false }, signal).yieldToEventLoop),
  ),
  train: os.train.handler(({ input, signal }) =>
    trainRun(input.folder, input.base, compute(input, signal), input.plan, input.until),
  ),
  commitment: os.commitment.handler(({ input }) => commitment(input.folder)),
  bundle: os.bundle.handler(({ input }) => bundle(input.folder, input.beacon, input.out, input.from)),
  inspectBundle: os.inspectBundle.handler(({ input }) => inspectBundle(input.bundle)),
  verify: os.verify.handler(({ input, signal }) =>
    verify(input.bundle, input.base, input.data, compute(input, signal), input.expected),
  ),
  adopt: os.adopt.handler(({ input }) => adopt(input.bundle, input.folder)),
  checkData: os.checkData.handler(async ({ input }) => {
    await readDataOf(input.recipe, input.data)
    return {}
  }),
  quote: os.quote.handler(({ input, signal }) => quote(input.recipe, input.base, compute(input, signal))),
  profileTable: os.profileTable.handler(({ input }) => tables.profile(input.file)),
  prepareTable: os.prepareTable.handler(({ input }) => tables.prepare(input.file, input.folder, input.pipeline)),
  trainBaseline: os.trainBaseline.handler(({ input: { folder, ...options }, signal }) =>
    tables.baseline(folder, { ...options, backend: 'cpu', ...compute({ spin: false }, signal) }),
  ),
  merge: os.merge.handler(async ({ input }) => {
    await merge(input.base, input.adapter, input.out, input.format)
    return {}
  }),
  toGguf: os.toGguf.handler(async ({ input }) => {
    await toGguf(input.base, input.out)
    return {}
  }),
  prompts: os.prompts.handler(({ input }) => promptsOf(input.files)),
  convert: os.convert.handler(({ input }) => convert(input.base, input.adapter, input.out)),
  inspectAdapter: os.inspectAdapter.handler(({ input }) => inspectAdapter(input.adapter)),
})
