import { implement } from '@orpc/server'
import { trainingContract } from '../../../../common/api/training.ts'
import { recipeStatement } from '../../../../common/model/signed-recipe.ts'
import type { CallContext } from '../../../core/call-context.ts'
import { base64Of } from '../../../core/file-pieces.ts'
import { watch } from '../../../core/watch.ts'
import type { Uploads } from '../../uploads/index.ts'
import type { WalletService } from '../../wallet/index.ts'
import type { AdapterStore } from './adapter-store.ts'
import type { BaseStore } from './base-store.ts'
import type { TrainingService } from './training-service.ts'

const ADAPTER_CHUNK = 256 * 1024

/** Training on this machine: from the contract to the service. */
export function trainingHandlers({
  training,
  uploads,
  bases,
  adapters,
  wallet,
}: {
  readonly training: TrainingService
  readonly uploads: Uploads
  readonly bases: BaseStore
  readonly adapters: AdapterStore
  readonly wallet: WalletService
}) {
  const os = implement(trainingContract).$context<CallContext>()
  const runs = () => training.runs.list().map((run) => training.view(run))
  return {
    adapters: os.adapters.handler(() => adapters.list()),
    addAdapter: os.addAdapter.handler(async ({ input }) => {
      await adapters.add(input.path)
      return {}
    }),
    removeAdapter: os.removeAdapter.handler(({ input }) => (adapters.remove(input.path), {})),
    bases: os.bases.handler(() => bases.list()),
    addBase: os.addBase.handler(({ input }) => bases.add(input.path)),
    removeBase: os.removeBase.handler(({ input }) => (bases.remove(input.path), {})),
    putData: os.putData.handler(({ input }) =>
      uploads.put(input.upload, input.name, input.first, Buffer.from(input.chunk, 'base64')),
    ),
    look: os.look.handler(({ input: { uploads, demoData, ...request }, signal }) =>
      training.look(request, uploads, demoData, signal),
    ),
    create: os.create.handler(({ input: { uploads, demoData, ...request } }) =>
      training.create(request, uploads, demoData),
    ),
    runs: os.runs.handler(runs),
    watchRuns: os.watchRuns.handler(({ signal }) =>
      watch((changed) => training.runs.events.on('changed', changed), runs, signal),
    ),
    run: os.run.handler(({ input }) => training.detail(input.id)),
    log: os.log.handler(({ input }) => training.files.log(training.runs.known(input.id).id)),
    start: os.start.handler(({ input }) => training.begin(input.id)),
    pause: os.pause.handler(({ input }) => training.pause(input.id)),
    remove: os.remove.handler(async ({ input }) => {
      await training.remove(input.id)
      return {}
    }),
    signRecipe: os.signRecipe.handler(async ({ input: { recipe } }) => ({
      recipe,
      signer: wallet.address(),
      signature: (await wallet.sign({ kind: 'statement', text: recipeStatement(recipe) })).signature,
    })),
    adapterFiles: os.adapterFiles.handler(({ input }) => training.files.adapterFiles(training.runs.known(input.id).id)),
    readAdapter: os.readAdapter.handler(async ({ input }) =>
      base64Of(
        await training.files.readAdapter(training.runs.known(input.id).id, input.name, input.offset, ADAPTER_CHUNK),
      ),
    ),
  }
}
