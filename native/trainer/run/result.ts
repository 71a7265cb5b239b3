import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Recipe } from '../../../common/model/recipe.ts'
import { sharedGraph } from '../executor/graphs.ts'
import { floats, Session, type RunOptions } from '../executor/session.ts'
import type { TrainedModel } from '../executor/trained-model.ts'
import { encodeGgufLora } from '../formats/gguf-lora.ts'
import { writePeft, type AdapterValues } from '../formats/peft.ts'
import { readPeft } from '../formats/peft-read.ts'

/** A run's parameters as an adapter uses them: a reparameterisation is applied and its network dropped. */
export async function adapterValues(
  model: TrainedModel,
  parameters: Float32Array,
  options: RunOptions,
): Promise<AdapterValues> {
  const { layout } = model
  const head = parameters.slice(layout.headOffset)
  if (layout.shared.length === 0) return { byLayer: parameters.slice(0, layout.headOffset), head }
  const session = await Session.create(sharedGraph(model, false), options)
  try {
    const results = await session.run({
      shared: floats(parameters.subarray(0, layout.headOffset), [layout.headOffset]),
    })
    return { byLayer: (results['parameters']!.data as Float32Array).slice(), head }
  } finally {
    await session.release()
  }
}

export const GGUF_ADAPTER = 'adapter.gguf'

/** Writes a finished run's adapter as a PEFT folder, and for llama.cpp where it supports the adapter. */
export async function writeAdapter(
  folder: string,
  recipe: Recipe,
  model: TrainedModel,
  parameters: Float32Array,
  options: RunOptions,
): Promise<void> {
  const values = await adapterValues(model, parameters, options)
  const { architecture, layout } = model
  await writePeft(
    folder,
    { architecture, layout, method: recipe.method, classes: recipe.classes, baseName: recipe.base.name },
    values,
  )
  if (recipe.method.kind === 'lora' && recipe.classes === null && architecture.gguf)
    await writeFile(join(folder, GGUF_ADAPTER), encodeGgufLora(architecture, await readPeft(folder, architecture)))
}

/** The adapter of a checkpoint for llama.cpp alone, in a folder under its step; it is there whole or not at all. */
export async function writeSample(
  folder: string,
  step: number,
  ...adapter: Parameters<typeof writeAdapter> extends [string, ...infer Rest] ? Rest : never
): Promise<void> {
  const part = join(folder, `${step}.part`)
  try {
    await writeAdapter(part, ...adapter)
    await rename(join(part, GGUF_ADAPTER), join(folder, `${step}.gguf`))
  } finally {
    await rm(part, { recursive: true, force: true })
  }
}
