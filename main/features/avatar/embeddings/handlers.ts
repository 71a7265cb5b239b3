import { implement } from '@orpc/server'
import { embedderContract } from '../../../../common/api/embedder.ts'
import type { CallContext } from '../../../core/call-context.ts'
import { watch } from '../../../core/watch.ts'
import type { EmbeddingService } from './embedding-service.ts'

/** The model that memories are found by: from the contract to the service. */
export function embedderHandlers({ embeddings }: { readonly embeddings: EmbeddingService }) {
  const os = implement(embedderContract).$context<CallContext>()
  return {
    overview: os.overview.handler(() => embeddings.overview()),
    watch: os.watch.handler(({ signal }) =>
      watch(
        (changed) => embeddings.events.on('changed', changed),
        () => embeddings.overview(),
        signal,
      ),
    ),
    lookUp: os.lookUp.handler(() => embeddings.lookUp()),
    fetch: os.fetch.handler(() => embeddings.fetch()),
    stopFetch: os.stopFetch.handler(async () => (await embeddings.stopFetch(), {})),
    take: os.take.handler(({ input }) => embeddings.take(input.folder)),
    remove: os.remove.handler(async () => (await embeddings.remove(), {})),
  }
}
