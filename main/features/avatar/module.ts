import type { Foundation, Module } from '../../core/module.ts'
import type { EarningService } from '../earning/provider/index.ts'
import type { MachineService } from '../machine/hardware/index.ts'
import type { Uploads } from '../uploads/index.ts'
import { chatHandlers } from './chat/handlers.ts'
import { ChatService } from './chat/index.ts'
import { embedderHandlers } from './embeddings/handlers.ts'
import { EmbeddingService } from './embeddings/index.ts'
import { Completions, LocalApiService } from './local-api/index.ts'
import { avatarHandlers } from './memory/handlers.ts'
import { MemoryService } from './memory/index.ts'
import { modelsHandlers } from './models/handlers.ts'
import { ModelService } from './models/index.ts'

/** What a person remembers, the models that read and speak here, and conversations with avatars. */
export function avatarModule({
  config,
  earning,
  log,
  machine,
  paths,
  processes,
  runner,
  uploads,
}: Foundation & {
  readonly earning: EarningService
  readonly machine: MachineService
  readonly uploads: Uploads
}) {
  const { chatEngine, embedder, memory: memories } = processes
  const paidWork = (): boolean => earning.state().kind === 'earning'
  const memory = new MemoryService({ jobs: runner, process: memories, paths, log })
  uploads.usedBy(async () => {
    await memory.resumed
    if (memory.problem !== null) throw new Error(`what is being remembered is not known: ${memory.problem}`)
    return memory.files
  })
  const embeddings = new EmbeddingService({
    jobs: runner,
    process: embedder,
    memories,
    memory,
    config,
    paths,
    paidWork,
    onWork: (listener) => earning.events.on('changed', listener),
    log,
  })
  const models = new ModelService({
    jobs: runner,
    llm: chatEngine,
    config,
    paths,
    physicalCores: () => machine.cores(),
    paidWork,
    benchmark: () => machine.latest(),
    log,
  })
  const chats = new ChatService({
    memory: memories,
    llm: chatEngine,
    models,
    queryEmbedding: (question) => embeddings.question(question),
    config,
    paths,
    log,
  })
  const localApi = new LocalApiService({
    completions: new Completions({ chats, models }),
    embed: async (texts) =>
      (await embeddings.vectors(texts)) ?? {
        model: 'hearth-lexicon',
        vectors: await memories.client.embed({ texts: [...texts] }),
      },
    config,
    tokenFile: paths.apiToken,
    log,
  })
  return {
    services: { memory, embeddings, models, chats, localApi },
    start: [memory, embeddings, models, chats, localApi],
    api: {
      avatar: avatarHandlers({ memory, embeddings }),
      chat: chatHandlers({ chats, memory }),
      models: modelsHandlers({ models, localApi }),
      embedder: embedderHandlers({ embeddings }),
    },
  } satisfies Module
}
