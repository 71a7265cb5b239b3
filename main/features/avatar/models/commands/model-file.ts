import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { HearthError } from '../../../../../common/errors/index.ts'
import type { CommandGroup } from '../../../../cli/command-group.ts'
import { command, handled } from '../../../../cli/commands.ts'
import { printResult } from '../../../../cli/output.ts'

type Summary = {
  readonly format: 'gguf' | 'safetensors' | 'onnx'
  /** Types of tensors that this version does not know, by number: files of tomorrow are no broken ones. */
  readonly unknownTypes?: readonly number[]
  readonly tensors?: number
  readonly parameters: number
  /** Types of elements that a sound file may have and no training here reads. */
  readonly untrainable?: readonly string[]
  readonly [more: string]: unknown
}

const elements = (shapes: Iterable<readonly number[]>): number =>
  [...shapes].reduce((sum, shape) => sum + shape.reduce((product, dim) => product * dim, 1), 0)

async function checkModel(path: string): Promise<Summary> {
  const start = Buffer.alloc(9)
  {
    await using handle = await open(path, 'r').catch((error: Error) => {
      throw new HearthError('NOT_FOUND', `there is no file ${path}`, {}, { cause: error })
    })
    await handle.read(start, 0, start.length, 0)
  }
  if (start.toString('latin1', 0, 4) === 'GGUF') {
    const { GgufFile } = await import('../../../../../native/trainer/formats/gguf.ts')
    const file = await GgufFile.open(path)
    await file.close()
    const unknownTypes = [
      ...new Set([...file.tensors.values()].flatMap(({ type, typeId }) => (type === null ? typeId : []))),
    ]
    return {
      format: 'gguf',
      architecture: String(file.metadata.get('general.architecture') ?? 'unnamed'),
      tensors: file.tensors.size,
      parameters: elements([...file.tensors.values()].map(({ shape }) => shape)),
      types: [...new Set([...file.tensors.values()].flatMap(({ type }) => type ?? []))],
      ...(unknownTypes.length > 0 ? { unknownTypes } : {}),
      ...(file.files.length > 1 ? { files: file.files.length } : {}),
    }
  }
  // A safetensors header is JSON behind its length.
  if (start[8] === 0x7b || path.endsWith('.safetensors')) {
    const { isFloat, SafetensorsFile } = await import('../../../../../native/trainer/formats/safetensors.ts')
    const file = await SafetensorsFile.open(path)
    await file.close()
    const types = [...new Set([...file.entries.values()].map(({ dtype }) => dtype))].toSorted()
    return {
      format: 'safetensors',
      tensors: file.entries.size,
      types,
      untrainable: types.filter((type) => !isFloat(type)),
      parameters: elements([...file.entries.values()].map(({ shape }) => shape)),
    }
  }
  const { checkOnnx } = await import('../../../../../native/onnx/check-model.ts')
  return { format: 'onnx', ...(await checkOnnx(path)) }
}

/** Says whether a refused file is broken, or sound for others and unsupported here. */
function inWords(error: unknown): never {
  const code = error instanceof HearthError ? error.code : null
  if (!(error instanceof HearthError) || (code !== 'MODEL_BROKEN' && code !== 'MODEL_UNSUPPORTED')) throw error
  const word = code === 'MODEL_BROKEN' ? 'broken' : 'unsupported'
  throw new HearthError(error.code, `${word}: ${error.message}`, error.details, { cause: error })
}

/** `model`: files of models, read before any engine sees them. */
export const modelFileCommands: CommandGroup = (program) => {
  const model = program.command('model').description('model files')
  command(model, 'check <file>', 'check that a safetensors, GGUF or ONNX file is sound, without loading it').action(
    handled(async ({ json }, _, file) => {
      const summary = await checkModel(resolve(file)).catch(inWords)
      const { tensors, untrainable = [] } = summary
      printResult(
        summary,
        json,
        () =>
          `${summary.format}: ${summary.parameters} ` +
          `parameters${tensors === undefined ? '' : ` in ${tensors} tensors`}; its header is sound` +
          (untrainable.length > 0 ? `; tensors of ${untrainable.join(', ')} are not read for training` : '') +
          (summary.unknownTypes ? `; newer than this version: tensor types ${summary.unknownTypes.join(', ')}` : ''),
      )
    }),
  )
}
