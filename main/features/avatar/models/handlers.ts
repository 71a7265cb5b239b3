import { implement } from '@orpc/server'
import { modelsContract, type ModelsOverview } from '../../../../common/api/models.ts'
import type { CallContext } from '../../../core/call-context.ts'
import { watch } from '../../../core/watch.ts'
import type { LocalApiService } from '../local-api/index.ts'
import { catalogue } from './catalogue.ts'
import type { ModelService } from './model-service.ts'

/** Models: from the contract to the service. */
export function modelsHandlers({
  models,
  localApi,
}: {
  readonly models: ModelService
  readonly localApi: LocalApiService
}) {
  const os = implement(modelsContract).$context<CallContext>()
  const overview = (): Promise<ModelsOverview> => models.overview()
  return {
    overview: os.overview.handler(overview),
    watch: os.watch.handler(({ signal }) => watch((changed) => models.events.on('changed', changed), overview, signal)),
    take: os.take.handler(({ input }) => models.take(input.file, input.name)),
    fetch: os.fetch.handler(({ input }) => models.fetch(input)),
    catalogue: os.catalogue.handler(() => [...catalogue]),
    lookUp: os.lookUp.handler(({ input }) => models.lookUp(input.id)),
    stopFetch: os.stopFetch.handler(async () => (await models.stopFetch(), {})),
    discard: os.discard.handler(async ({ input }) => (await models.discard(input.sha256), {})),
    choose: os.choose.handler(async ({ input }) => (await models.choose(input.id), {})),
    remove: os.remove.handler(async ({ input }) => (await models.remove(input.id), {})),
    localApi: os.localApi.handler(() => localApi.state()),
    renewToken: os.renewToken.handler(async () => (await localApi.renewToken(), localApi.state())),
    release: os.release.handler(async ({ input }) => (await models.release(input.id), {})),
  }
}
