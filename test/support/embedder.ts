import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { model, node, tensor, type Attributes } from '../../native/onnx/writer.ts'
import { Random } from '../../native/trainer/random.ts'

interface Shape {
  readonly layers: number
  /** A multiple of 32. */
  readonly width: number
  readonly heads: number
  readonly inner: number
}
const small: Shape = { layers: 2, width: 64, heads: 4, inner: 128 }
/** Of multilingual-e5-small and e5-small-v2: 12 layers, 384 wide. */
export const e5Small: Shape = { layers: 12, width: 384, heads: 12, inner: 1536 }

const POSITIONS = 512
/** How much a layer adds to what it is given: little, so that a text still means what its words do. */
const ADDED = 0.2
const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]']

/**
 * Writes a BERT encoder as int8 (DynamicQuantizeLinear and MatMulInteger, as onnxruntime's quantiser makes them) with
 * its WordPiece tokenizer: what a fetched model is, but of random weights. Words of one concept point one way.
 * @param concepts words that mean the same, in whatever languages
 */
export async function writeEmbedder(
  folder: string,
  concepts: readonly (readonly string[])[],
  shape = small,
): Promise<string> {
  const words = concepts.flat().map((word) => word.toLowerCase())
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(wordPiece([...SPECIAL, ...new Set(words)])))
  await writeFile(join(folder, 'model.onnx'), encoder(concepts, shape))
  return folder
}

function wordPiece(vocabulary: readonly string[]) {
  const special = (token: string) => ({
    id: vocabulary.indexOf(token),
    content: token,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })
  const around = (token: string) => ({ id: token, ids: [vocabulary.indexOf(token)], tokens: [token] })
  return {
    version: '1.0',
    added_tokens: SPECIAL.map(special),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [],
      special_tokens: { '[CLS]': around('[CLS]'), '[SEP]': around('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
    },
  }
}

function encoder(concepts: readonly (readonly string[])[], { layers, width, heads, inner }: Shape): Uint8Array {
  const random = new Random('embedder')
  const [nodes, initializers]: [Uint8Array[], Uint8Array[]] = [[], []]
  const normal = (length: number, deviation: number): Float32Array =>
    Float32Array.from({ length }, () => deviation * random.normal())
  const floats = (name: string, dims: readonly number[], data: Float32Array): string => (
    initializers.push(tensor(name, 'float', dims, data)),
    name
  )
  const integers = (name: string, values: readonly number[]): string => (
    initializers.push(tensor(name, 'int64', [values.length], BigInt64Array.from(values, BigInt))),
    name
  )
  const scalar = (name: string, value: number): string => floats(name, [], Float32Array.of(value))
  let made = 0
  const op = (kind: string, inputs: readonly string[], attributes: Attributes = {}): string => {
    const name = `${kind}${made++}`
    nodes.push(node(kind, inputs, [name], attributes))
    return name
  }
  /** x·W + b with W in int8, and x quantised as it comes. */
  const linear = (x: string, name: string, from: number, to: number, gain: number): string => {
    const weights = Int8Array.from({ length: from * to }, () =>
      Math.max(-127, Math.min(127, Math.round(40 * random.normal()))),
    )
    initializers.push(tensor(`${name}.w`, 'int8', [from, to], weights))
    const quantised = [`${name}.x`, `${name}.scale`, `${name}.zero`]
    nodes.push(node('DynamicQuantizeLinear', [x], quantised))
    const sums = op('Cast', [op('MatMulInteger', [quantised[0]!, `${name}.w`, quantised[2]!])], { to: 1 })
    const product = op('Mul', [sums, op('Mul', [quantised[1]!, scalar(`${name}.step`, gain / (40 * Math.sqrt(from)))])])
    return op('Add', [product, floats(`${name}.b`, [to], normal(to, 0.01))])
  }
  const normalised = (x: string, name: string): string =>
    op('LayerNormalization', [
      x,
      floats(`${name}.gain`, [width], new Float32Array(width).fill(1)),
      floats(`${name}.bias`, [width], new Float32Array(width)),
    ])

  const meanings = concepts.flatMap((words) => {
    const concept = normal(width, 1)
    return words.map(() => concept.map((value) => value + 0.1 * random.normal()))
  })
  const table = Float32Array.from([...SPECIAL.map(() => normal(width, 0.1)), ...meanings].flatMap((row) => [...row]))
  const one = scalar('one', 1)
  const length = op('Squeeze', [
    op('Slice', [op('Shape', ['input_ids']), integers('from', [1]), integers('to', [2])]),
    integers('first', [0]),
  ])
  initializers.push(
    tensor('zero', 'int64', [], BigInt64Array.of(0n)),
    tensor('step', 'int64', [], BigInt64Array.of(1n)),
  )
  const positions = op('Gather', [
    floats('positions', [POSITIONS, width], normal(POSITIONS * width, 0.02)),
    op('Range', ['zero', length, 'step']),
  ])
  const ofTypes = op('Gather', [floats('types', [2, width], normal(2 * width, 0.02)), 'token_type_ids'])
  let x = normalised(
    op('Add', [
      op('Add', [op('Gather', [floats('words', [table.length / width, width], table), 'input_ids']), positions]),
      ofTypes,
    ]),
    'embedded',
  )
  const hidden = op('Unsqueeze', [
    op('Mul', [op('Sub', [one, op('Cast', ['attention_mask'], { to: 1 })]), scalar('never', -1e9)]),
    integers('heads-axes', [1, 2]),
  ])
  const split = integers('split', [0, 0, heads, width / heads])
  const joined = integers('joined', [0, 0, width])
  const half = scalar('half', 0.5)
  const root = scalar('root', Math.SQRT1_2)
  const scale = scalar('scale', 1 / Math.sqrt(width / heads))
  for (let layer = 0; layer < layers; layer++) {
    const of = (part: string): string => `${layer}.${part}`
    const parts = (part: string, perm: readonly number[]): string =>
      op('Transpose', [op('Reshape', [linear(x, of(part), width, width, 1), split])], { perm: { ints: perm } })
    const scores = op('Add', [
      op('Mul', [op('MatMul', [parts('q', [0, 2, 1, 3]), parts('k', [0, 2, 3, 1])]), scale]),
      hidden,
    ])
    const looked = op('MatMul', [op('Softmax', [scores], { axis: -1 }), parts('v', [0, 2, 1, 3])])
    const attended = linear(
      op('Reshape', [op('Transpose', [looked], { perm: { ints: [0, 2, 1, 3] } }), joined]),
      of('o'),
      width,
      width,
      ADDED,
    )
    x = normalised(op('Add', [x, attended]), of('attended'))
    const wide = linear(x, of('up'), width, inner, 1)
    const gelu = op('Mul', [op('Mul', [wide, half]), op('Add', [op('Erf', [op('Mul', [wide, root])]), one])])
    x = normalised(op('Add', [x, linear(gelu, of('down'), inner, width, ADDED)]), of('out'))
  }
  nodes.push(node('Identity', [x], ['last_hidden_state']))
  const ids = (name: string) => ({ name, type: 'int64' as const, dims: ['batch', 'tokens'] })
  return model({
    nodes,
    initializers,
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map(ids),
    outputs: [{ name: 'last_hidden_state', type: 'float', dims: ['batch', 'tokens', width] }],
  })
}
