import * as z from 'zod'
import type { CatalogueEntry } from '../../../../common/model/chat-model.ts'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'

const PATIENCE_MS = 20_000
/**
 * What a Hugging Face hub says of a large file in the headers of its redirect (huggingface_hub's
 * `get_hf_file_metadata`): the commit, and the file's own size and SHA-256.
 */
const Headers = z.object({
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  bytes: z.coerce.number().int().positive(),
  sha256: z
    .string()
    .transform((etag) => etag.replace(/^W\//, '').replaceAll('"', ''))
    .pipe(z.string().regex(/^[0-9a-f]{64}$/)),
})

/**
 * A file of the catalogue as the hub has it at this moment; the address names its revision, so that it stays the same
 * file.
 */
export interface HubFile {
  readonly url: string
  readonly sha256: string
  readonly bytes: number
}

/** Asks the hub, or its mirror, about one file. @throws HearthError HUB_FAILED */
export async function lookUp(
  { repo, file, name }: Pick<CatalogueEntry, 'repo' | 'file' | 'name'>,
  hub: string,
): Promise<HubFile> {
  const base = `${hub.replace(/(?<!\/)\/+$/, '')}/${repo}/resolve`
  const response = await fetch(`${base}/main/${file}`, {
    method: 'HEAD',
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((error: unknown) => {
    throw new HearthError(
      'HUB_FAILED',
      `${new URL(hub).host} cannot be reached: ${messageOf((error as Error).cause ?? error)}`,
      {},
      { cause: error },
    )
  })
  if (response.status === 404 || response.status === 401)
    throw new HearthError(
      'HUB_FAILED',
      `${name} is not offered under this name any more; fetch it by a link of its publisher`,
    )
  const headers = Headers.safeParse({
    commit: response.headers.get('x-repo-commit'),
    bytes: response.headers.get('x-linked-size'),
    sha256: response.headers.get('x-linked-etag'),
  })
  if (response.status >= 400 || !headers.success)
    throw new HearthError(
      'HUB_FAILED',
      `${new URL(hub).host} does not say what ${file} is (it answers ${response.status})`,
    )
  const { commit, bytes, sha256 } = headers.data
  return { url: `${base}/${commit}/${file}`, sha256, bytes }
}
