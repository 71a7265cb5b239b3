/**
 * The models and methods once more, in float64 and as plainly as their papers put them. Shares no code with the engine,
 * so that finite differences of this loss are an independent word on the engine's gradients.
 */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly data: Float64Array
}
export type Tensors = ReadonlyMap<string, { shape: readonly number[]; data: Float64Array }>

export interface ReferenceBatch {
  readonly ids: readonly number[]
  readonly positions: readonly number[]
  readonly segments: readonly number[]
  readonly types: readonly number[]
  readonly labels: readonly number[]
  readonly weights: readonly number[]
  readonly pool: readonly number[]
  readonly batch: number
  readonly tokens: number
}

export interface ReferenceModel {
  readonly config: Readonly<Record<string, unknown>>
  readonly weights: Tensors
  readonly method: {
    kind: string
    rank?: number
    alpha?: number
    targets?: readonly string[]
    length?: number
    hidden?: number
  }
  readonly classes: number | null
}

const matrix = (rows: number, columns: number): Matrix => ({ rows, columns, data: new Float64Array(rows * columns) })
const at = (m: Matrix, i: number, j: number): number => m.data[i * m.columns + j]!

/** x·wᵀ. */
function times(x: Matrix, w: Matrix): Matrix {
  const y = matrix(x.rows, w.rows)
  const width = x.columns
  for (let i = 0; i < x.rows; i++) {
    for (let o = 0; o < w.rows; o++) {
      let sum = 0
      for (let j = 0; j < width; j++) sum += x.data[i * width + j]! * w.data[o * width + j]!
      y.data[i * w.rows + o] = sum
    }
  }
  return y
}
function map(x: Matrix, f: (value: number, row: number, column: number) => number): Matrix {
  const y = matrix(x.rows, x.columns)
  for (let i = 0, k = 0; i < x.rows; i++) for (let j = 0; j < x.columns; j++, k++) y.data[k] = f(x.data[k]!, i, j)
  return y
}
const plus = (x: Matrix, y: Matrix): Matrix => map(x, (value, i, j) => value + at(y, i, j))

const geluTanh = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))

/** Abramowitz and Stegun 7.1.5, the Taylor series of the error function: exact to float64 for the sizes that occur. */
function erf(x: number): number {
  let [term, sum] = [x, x]
  for (let n = 1; n < 200 && Math.abs(term) > 1e-18; n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

/** What a model's settings say, under each family's own names for them. */
function settingsOf(model: ReferenceModel) {
  const config = model.config as Record<string, number> & {
    model_type: string
    tie_word_embeddings?: boolean
    head_dim?: number
  }
  const { method } = model
  const gpt2 = config.model_type === 'gpt2'
  const bert = config.model_type === 'bert'
  if (!gpt2 && !bert && !['llama', 'qwen2', 'qwen3'].includes(config.model_type))
    throw new Error(`there is no reference for models of type ${config.model_type}`)
  const width = config['hidden_size'] ?? config['n_embd']!
  const layers = config['num_hidden_layers'] ?? config['n_layer']!
  const heads = config['num_attention_heads'] ?? config['n_head']!
  const kvHeads = config['num_key_value_heads'] ?? heads
  const headSize = config.head_dim ?? width / heads
  const epsilon =
    config['rms_norm_eps'] ?? config['layer_norm_epsilon'] ?? config['layer_norm_eps'] ?? (bert ? 1e-12 : 1e-5)
  const prefixTokens = method.kind === 'prefix' || method.kind === 'p-tuning' ? method.length! : 0
  const prefixOf = gpt2
    ? (l: number) => `transformer.h.${l}.`
    : bert
      ? (l: number) => `bert.encoder.layer.${l}.`
      : (l: number) => `model.layers.${l}.`
  return { config, gpt2, bert, layers, heads, kvHeads, headSize, epsilon, prefixTokens, prefixOf, width }
}

/** @param fixed the parameters at which DoRA's row lengths are taken, because the method holds them constant */
export function referenceLoss(
  model: ReferenceModel,
  parameters: Tensors,
  fixed: Tensors,
  batch: ReferenceBatch,
): number {
  const { method } = model
  const weight = (name: string): Matrix => {
    const tensor = model.weights.get(name)
    if (!tensor) throw new Error(`no weight ${name}`)
    return { rows: tensor.shape[0]!, columns: tensor.shape[1] ?? 1, data: tensor.data }
  }
  const from = (tensors: Tensors, name: string): Matrix => {
    const tensor = tensors.get(name)!
    return { rows: tensor.shape[0]!, columns: tensor.shape.slice(1).reduce((a, b) => a * b, 1), data: tensor.data }
  }
  const vector = (name: string): Float64Array => weight(name).data
  const { config, gpt2, bert, layers, heads, kvHeads, headSize, epsilon, prefixTokens, prefixOf, width } =
    settingsOf(model)

  const rms = (x: Matrix, gain: Float64Array): Matrix => {
    const inverse = Array.from(
      { length: x.rows },
      (_, i) =>
        1 /
        Math.sqrt(
          x.data.subarray(i * x.columns, (i + 1) * x.columns).reduce((s, v) => s + v * v, 0) / x.columns + epsilon,
        ),
    )
    return map(x, (value, i, j) => value * inverse[i]! * gain[j]!)
  }
  const norm = (x: Matrix, name: string): Matrix => {
    const [gain, bias] = [vector(`${name}.weight`), vector(`${name}.bias`)]
    const rows = Array.from({ length: x.rows }, (_, i) => {
      const row = x.data.subarray(i * x.columns, (i + 1) * x.columns)
      const centre = row.reduce((s, v) => s + v, 0) / x.columns
      return { centre, deviation: Math.sqrt(row.reduce((s, v) => s + (v - centre) ** 2, 0) / x.columns + epsilon) }
    })
    return map(x, (value, i, j) => ((value - rows[i]!.centre) / rows[i]!.deviation) * gain[j]! + bias[j]!)
  }

  const linear = (x: Matrix, layer: string, module: string): Matrix => {
    const w = weight(`${layer}${module}.weight`)
    let y = times(x, w)
    if ((method.kind === 'lora' || method.kind === 'dora') && method.targets!.includes(module)) {
      const factor = method.alpha! / method.rank!
      const [a, b] = [from(parameters, `${layer}${module}.lora_A`), from(parameters, `${layer}${module}.lora_B`)]
      const delta = times(times(x, a), b)
      y = map(y, (value, i, j) => value + factor * at(delta, i, j))
      if (method.kind === 'dora') {
        const [fa, fb] = [from(fixed, `${layer}${module}.lora_A`), from(fixed, `${layer}${module}.lora_B`)]
        const lengths = Array.from({ length: w.rows }, (_, o) => {
          let sum = 0
          for (let j = 0; j < w.columns; j++) {
            let ba = 0
            for (let r = 0; r < fa.rows; r++) ba += at(fb, o, r) * at(fa, r, j)
            sum += (at(w, o, j) + factor * ba) ** 2
          }
          return Math.sqrt(sum)
        })
        const magnitude = parameters.get(`${layer}${module}.lora_magnitude_vector`)!.data
        y = map(y, (value, _, j) => (value * magnitude[j]!) / lengths[j]!)
      }
    }
    const bias = model.weights.get(`${layer}${module}.bias`)
    return bias ? map(y, (value, _, j) => value + bias.data[j]!) : y
  }
  const sublayer = (y: Matrix, layer: string, module: string): Matrix => {
    if (method.kind !== 'bottleneck') return y
    const dense = (x: Matrix, part: string) =>
      map(
        times(x, from(parameters, `${layer}${module}.adapter_${part}.weight`)),
        (value, _, j) => value + parameters.get(`${layer}${module}.adapter_${part}.bias`)!.data[j]!,
      )
    return plus(y, dense(map(dense(y, 'down'), geluTanh), 'up'))
  }

  /** Prefix of one layer: [kvHeads, length, headSize] keys and values. */
  const prefix = (layer: number): { keys: Float64Array; values: Float64Array } => {
    if (method.kind === 'p-tuning')
      return {
        keys: parameters.get(`${prefixOf(layer)}prefix.keys`)!.data,
        values: parameters.get(`${prefixOf(layer)}prefix.values`)!.data,
      }
    const dense = (x: Matrix, name: string) =>
      map(
        times(x, from(parameters, `${name}.weight`)),
        (value, _, j) => value + parameters.get(`${name}.bias`)!.data[j]!,
      )
    const tokens = dense(map(dense(from(parameters, 'prefix.embedding'), 'prefix.in'), Math.tanh), 'prefix.out')
    const cut = (which: number) =>
      Float64Array.from({ length: kvHeads * prefixTokens * headSize }, (_, i) => {
        const [head, token, e] = [
          Math.floor(i / (prefixTokens * headSize)),
          Math.floor(i / headSize) % prefixTokens,
          i % headSize,
        ]
        return at(tokens, token, (layer * 2 + which) * kvHeads * headSize + head * headSize + e)
      })
    return { keys: cut(0), values: cut(1) }
  }

  const attend = (q: Matrix, k: Matrix, v: Matrix, layer: number): Matrix => {
    const trained = prefixTokens > 0 ? prefix(layer) : null
    const out = matrix(q.rows, heads * headSize)
    for (let b = 0; b < batch.batch; b++) {
      for (let h = 0; h < heads; h++) {
        const kv = Math.floor((h * kvHeads) / heads)
        for (let t = 0; t < batch.tokens; t++) {
          const row = b * batch.tokens + t
          const seen: { score: number; value: (e: number) => number }[] = []
          const score = (key: (e: number) => number) =>
            Array.from({ length: headSize }, (_, e) => at(q, row, h * headSize + e) * key(e)).reduce((x, y) => x + y) /
            Math.sqrt(headSize)
          for (let p = 0; p < prefixTokens; p++) {
            const offset = (kv * prefixTokens + p) * headSize
            seen.push({ score: score((e) => trained!.keys[offset + e]!), value: (e) => trained!.values[offset + e]! })
          }
          for (let s = 0; s < batch.tokens; s++) {
            const other = b * batch.tokens + s
            if (batch.segments[other] !== batch.segments[row] || (!bert && s > t)) continue
            seen.push({
              score: score((e) => at(k, other, kv * headSize + e)),
              value: (e) => at(v, other, kv * headSize + e),
            })
          }
          const peak = Math.max(...seen.map((item) => item.score))
          const total = seen.reduce((sum, item) => sum + Math.exp(item.score - peak), 0)
          for (let e = 0; e < headSize; e++)
            out.data[row * out.columns + h * headSize + e] = seen.reduce(
              (sum, item) => sum + (Math.exp(item.score - peak) / total) * item.value(e),
              0,
            )
        }
      }
    }
    return out
  }
  const rope = (x: Matrix): Matrix => {
    const half = headSize / 2
    return map(x, (value, i, j) => {
      const e = j % headSize
      const angle = Math.fround(
        (batch.positions[i]! + prefixTokens) *
          Math.fround(1 / Math.fround((config['rope_theta'] ?? 10_000) ** ((2 * (e % half)) / headSize))),
      )
      // The engine's tables are float32 by definition of the model; the reference looks the same numbers up.
      const [cos, sin] = [Math.fround(Math.cos(angle)), Math.fround(Math.sin(angle))]
      return e < half ? value * cos - at(x, i, j + half) * sin : value * cos + at(x, i, j - half) * sin
    })
  }
  const headNorm = (x: Matrix, gain: Float64Array): Matrix => {
    const flat = { rows: (x.rows * x.columns) / headSize, columns: headSize, data: x.data }
    return { ...x, data: rms(flat, gain).data }
  }

  // Embedding
  const places = batch.positions.map((position) => position + prefixTokens)
  let x = matrix(batch.ids.length, width)
  const words = weight(
    gpt2 ? 'transformer.wte.weight' : bert ? 'bert.embeddings.word_embeddings.weight' : 'model.embed_tokens.weight',
  )
  x = map(x, (_, i, j) => at(words, batch.ids[i]!, j))
  if (gpt2) x = map(x, (value, i, j) => value + at(weight('transformer.wpe.weight'), places[i]!, j))
  if (bert) {
    const [place, kind] = [
      weight('bert.embeddings.position_embeddings.weight'),
      weight('bert.embeddings.token_type_embeddings.weight'),
    ]
    x = norm(
      map(x, (value, i, j) => value + at(place, places[i]!, j) + at(kind, batch.types[i]!, j)),
      'bert.embeddings.LayerNorm',
    )
  }
  // Layers
  for (let l = 0; l < layers; l++) {
    const layer = prefixOf(l)
    if (gpt2) {
      const fused = linear(norm(x, `${layer}ln_1`), layer, 'attn.c_attn')
      const [q, k, v] = [0, 1, 2].map((i) => map(matrix(x.rows, width), (_, r, c) => at(fused, r, i * width + c))) as [
        Matrix,
        Matrix,
        Matrix,
      ]
      x = plus(x, sublayer(linear(attend(q, k, v, l), layer, 'attn.c_proj'), layer, 'attn'))
      const wide = map(linear(norm(x, `${layer}ln_2`), layer, 'mlp.c_fc'), geluTanh)
      x = plus(x, sublayer(linear(wide, layer, 'mlp.c_proj'), layer, 'mlp'))
    } else if (bert) {
      const [q, k, v] = ['query', 'key', 'value'].map((name) => linear(x, layer, `attention.self.${name}`)) as [
        Matrix,
        Matrix,
        Matrix,
      ]
      x = norm(
        plus(x, sublayer(linear(attend(q, k, v, l), layer, 'attention.output.dense'), layer, 'attention')),
        `${layer}attention.output.LayerNorm`,
      )
      const wide = map(linear(x, layer, 'intermediate.dense'), (value) => 0.5 * value * (1 + erf(value / Math.SQRT2)))
      x = norm(plus(x, sublayer(linear(wide, layer, 'output.dense'), layer, 'mlp')), `${layer}output.LayerNorm`)
    } else {
      const y = rms(x, vector(`${layer}input_layernorm.weight`))
      let [q, k] = [linear(y, layer, 'self_attn.q_proj'), linear(y, layer, 'self_attn.k_proj')]
      if (config.model_type === 'qwen3')
        [q, k] = [
          headNorm(q, vector(`${layer}self_attn.q_norm.weight`)),
          headNorm(k, vector(`${layer}self_attn.k_norm.weight`)),
        ]
      x = plus(
        x,
        sublayer(
          linear(attend(rope(q), rope(k), linear(y, layer, 'self_attn.v_proj'), l), layer, 'self_attn.o_proj'),
          layer,
          'self_attn',
        ),
      )
      const z = rms(x, vector(`${layer}post_attention_layernorm.weight`))
      const up = linear(z, layer, 'mlp.up_proj')
      const gated = map(
        linear(z, layer, 'mlp.gate_proj'),
        (value, i, j) => (value / (1 + Math.exp(-value))) * at(up, i, j),
      )
      x = plus(x, sublayer(linear(gated, layer, 'mlp.down_proj'), layer, 'mlp'))
    }
  }
  // Head
  if (gpt2) x = norm(x, 'transformer.ln_f')
  else if (!bert) x = rms(x, vector('model.norm.weight'))
  let logits: Matrix
  if (model.classes === null) {
    logits = times(x, gpt2 ? words : config.tie_word_embeddings ? words : weight('lm_head.weight'))
  } else {
    let pooled = map(matrix(batch.batch, width), (_, b, j) => at(x, b * batch.tokens + batch.pool[b]!, j))
    if (bert)
      pooled = map(times(pooled, weight('bert.pooler.dense.weight')), (value, _, j) =>
        Math.tanh(value + vector('bert.pooler.dense.bias')[j]!),
      )
    logits = times(pooled, from(parameters, bert ? 'classifier.weight' : 'score.weight'))
    if (bert) logits = map(logits, (value, _, j) => value + parameters.get('classifier.bias')!.data[j]!)
  }
  let loss = 0
  for (let i = 0; i < logits.rows; i++) {
    if (batch.weights[i] === 0) continue
    const row = logits.data.subarray(i * logits.columns, (i + 1) * logits.columns)
    const peak = Math.max(...row)
    loss +=
      batch.weights[i]! *
      (Math.log(row.reduce((sum, value) => sum + Math.exp(value - peak), 0)) + peak - row[batch.labels[i]!]!)
  }
  return loss
}
