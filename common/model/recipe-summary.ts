import type { Method, Recipe } from './recipe.ts'

/** A recipe in words, a line each. */
export function summarise(recipe: Recipe): readonly (readonly [string, string])[] {
  const { base, method, data, batch, optimiser, schedule, engine } = recipe
  const perStep = batch.sequences * batch.accumulation
  const passes = (recipe.steps * perStep) / (data.sequences - data.heldOut)
  return [
    ['base', `${base.name}, held in ${base.format}`],
    ['task', recipe.classes === null ? 'write text' : `sort into ${recipe.classes.join(', ')}`],
    ['method', describeMethod(method, base.format)],
    ['data', `${data.sequences - data.heldOut} sequences of ${data.sequenceLength} tokens, ${data.heldOut} held out`],
    ['steps', `${recipe.steps} of ${perStep} sequences: ${passes.toFixed(1)} passes`],
    ['learning rate', `${optimiser.learningRate}, ${schedule.kind}, ${schedule.warmup} steps of warm-up`],
    ['checkpoints', `every ${recipe.checkpointEvery} steps; ${recipe.proof.segments} segments are checked`],
    ['ends early', recipe.patience === null ? 'no' : `after ${recipe.patience} evaluations without improvement`],
    ['engine', `${engine.profile}, onnxruntime ${engine.onnxruntime}`],
  ]
}

function describeMethod(method: Method, format: Recipe['base']['format']): string {
  switch (method.kind) {
    case 'lora':
    case 'dora':
      return [
        method.kind === 'dora' ? 'DoRA' : format === 'nf4' ? 'QLoRA' : 'LoRA',
        `rank ${method.rank}`,
        `alpha ${method.alpha}`,
        `dropout ${method.dropout}`,
        `on ${method.targets.join(', ')}${method.layers ? ` of layers ${method.layers.join(', ')}` : ''}`,
      ].join(', ')
    case 'bottleneck':
      return `bottleneck adapters of ${method.size}`
    case 'prefix':
      return `prefix tuning with ${method.length} tokens`
    case 'p-tuning':
      return `P-tuning v2 with ${method.length} tokens`
  }
}
