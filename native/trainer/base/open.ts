import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { HearthError } from '../../../common/errors/index.ts'
import { models, type ModelRegistry } from '../models/registry.ts'
import { openModelFolder, type BaseModel } from './model-folder.ts'
import { openGgufModel } from './read-gguf.ts'

/** Opens a base model: a Hugging Face folder or a GGUF file. */
export async function openBaseModel(path: string, registry: ModelRegistry = models): Promise<BaseModel> {
  const info = await stat(path).catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no model at ${path}`, { file: basename(path) }, { cause: error })
  })
  return info.isDirectory() ? openModelFolder(path, registry) : openGgufModel(path, registry)
}
