import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeSafetensors, type NamedTensor } from '../../native/trainer/formats/safetensors.ts'
import { weightSpecs } from '../../native/trainer/models/architecture.ts'
import { models } from '../../native/trainer/models/registry.ts'
import { Random } from '../../native/trainer/random.ts'

/** Writes a model of random weights as a Hugging Face folder. @param change may spoil tensors before writing */
export async function writeRandomModel(
  folder: string,
  config: Readonly<Record<string, unknown>>,
  seed = 'tiny',
  change: (tensor: NamedTensor) => NamedTensor = (tensor) => tensor,
  registry = models,
): Promise<string> {
  const architecture = registry.parse(config).architecture(8)
  const random = new Random(seed)
  const tensors = [...weightSpecs(architecture)].map(([name, { shape, transposed }]): NamedTensor => {
    const stored = transposed ? shape.toReversed() : shape
    const length = stored.reduce((a, b) => a * b, 1)
    const gain = shape.length === 1 && name.endsWith('weight')
    const deviation = shape.length === 1 ? 0.1 : 1 / Math.sqrt(shape[1]!)
    return change({
      name,
      shape: stored,
      data: Float32Array.from({ length }, () => (gain ? 1 : 0) + deviation * random.normal()),
    })
  })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'config.json'), JSON.stringify(config, null, 2))
  await writeFile(join(folder, 'model.safetensors'), encodeSafetensors(tensors))
  return folder
}
