import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { CatalogueEntry, ChatModel, ModelDownload, UnfinishedDownload } from '../model/chat-model.ts'

export const ModelsOverview = z.object({
  models: z.array(
    ChatModel.extend({
      /** Tokens of context that it would be given now, and the memory that it would take with that, in bytes. */
      contextSize: z.int(),
      memoryBytes: z.number(),
      fits: z.boolean(),
      /** As the benchmark of this machine lets expect; null before one. */ tokensPerSecond: z.number().nullable(),
    }),
  ),
  chosen: z.string(),
  /** What is being copied or fetched at the moment, in bytes. */
  taking: z
    .object({ name: z.string(), bytes: z.number(), /** 0 where nobody says. */ of: z.number(), fetched: z.boolean() })
    .nullable(),
  /** Downloads that broke off or were stopped. */
  unfinished: z.array(UnfinishedDownload),
})
export type ModelsOverview = z.infer<typeof ModelsOverview>

const LocalApiState = z.object({ url: z.url(), token: z.string(), problem: z.string().nullable() })
export type LocalApiState = z.infer<typeof LocalApiState>

/** The models that avatars speak with. */
export const modelsContract = {
  overview: oc.output(ModelsOverview),
  watch: oc.output(eventIterator(ModelsOverview)),
  /** Copies a GGUF file of this machine. @throws MODEL_BROKEN, MODEL_UNSUPPORTED, NOT_ENOUGH_DISK */
  take: oc
    .input(z.object({ file: z.string().min(1).max(4096), name: z.string().trim().min(1).max(200).nullable() }))
    .output(ChatModel),
  /**
   * Fetches a GGUF file, going on where an earlier try ended.
   * @throws DOWNLOAD_FAILED and what is there is kept; DOWNLOAD_TAMPERED, NOT_ENOUGH_DISK
   */
  fetch: oc.input(ModelDownload).output(ChatModel),
  /** Models that are worth a look; nothing is asked of anybody. */
  catalogue: oc.output(z.array(CatalogueEntry)),
  /** Asks the hub of the settings what a file of the catalogue is now. @throws NOT_FOUND, HUB_FAILED */
  lookUp: oc.input(z.object({ id: z.string() })).output(
    z.object({
      download: ModelDownload,
      bytes: z.number(),
      fits: z.boolean(),
      /** As the benchmark of this machine lets expect; null before one. */ tokensPerSecond: z.number().nullable(),
    }),
  ),
  /** Stops the download; what is there is kept. */
  stopFetch: oc.output(z.object({})),
  /** Gives up what was fetched of a file. */
  discard: oc.input(ModelDownload.pick({ sha256: true })).output(z.object({})),
  choose: oc.input(z.object({ id: z.string() })).output(z.object({})),
  remove: oc.input(z.object({ id: z.string() })).output(z.object({})),
  /** Where other programs of this machine are answered, and what they show for it; null while that is switched off. */
  localApi: oc.output(LocalApiState.nullable()),
  /** Shuts out programs that know the old token. */
  renewToken: oc.output(LocalApiState.nullable()),
  /** Lets a model that was set aside be tried again. */
  release: oc.input(z.object({ id: z.string() })).output(z.object({})),
}
