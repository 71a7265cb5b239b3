import type { NamedTensor } from '../../native/trainer/formats/safetensors.ts'
import { Random } from '../../native/trainer/random.ts'

export const WIDTH = 128
export const HEADS = 4
/** The rotary embedding turns slowly, so that words are found by what they are some hundred places away. */
export const THETA = 1e8
const SIZE = WIDTH / HEADS
const HALF = SIZE / 2
/** The residual stream is shared out: what every token has, what a token is, and what stood one and two places before it. */
const CONSTANT = { dimensions: 4, value: 0.16 }
const EACH = 40
const [TOKEN, BESIDE, BEFORE] = [4, 44, 84] as const
const DEVIATION = 0.14
/** The largest number of a query or key that looks by place; makes a head see one token and hardly its neighbours. */
const BY_PLACE = 8
const FAST_PAIRS = 4
/** The second layer's first heads find a token by the two before it; its last head finds the same token. They compare in pairs that turn slowly. */
const FINDING = { heads: 3, pairs: 11, sharpness: 2.5 }
/** How much louder what comes next is than what stood before, and how sure the output is of it. */
const NEXT = 3
const SURE = 2.5
const CHANCE: Readonly<Record<string, number>> = { q_proj: 0.5, k_proj: 0.5, v_proj: 0.5, gate_proj: 0.5, up_proj: 0.5, o_proj: 0, down_proj: 0 }

/** What a normalisation divides by where so many dimensions hold tokens. */
const rms = (dimensions: number): number => Math.sqrt((dimensions * DEVIATION ** 2 + CONSTANT.dimensions * CONSTANT.value ** 2) / WIDTH)
/** Mixes the dimensions of a token for the output, so that a token at hand does not foretell itself. */
const mixed = (i: number): number => (i * 37 + 11) % EACH
const placeOf = (row: number) => ({ head: Math.floor(row / SIZE), i: row % SIZE, pair: row % HALF, second: row % SIZE >= HALF })

/**
 * Weights to begin with: the model can copy before it has learnt anything. The heads of the first layer look one and two
 * tokens back by the rotary embedding alone (queries turned by so many places; Su et al. 2021) and write what stands
 * there beside each token; those of the second find where the two tokens at hand stood before and say what came next
 * (induction heads, Olsson et al. 2022). Everything else adds nothing at first. Training alone takes thousands of steps
 * to find these heads; begun with, what is left to learn is which note answers.
 */
export function begin(tensor: NamedTensor): NamedTensor {
  const { name, data, shape } = tensor
  const columns = shape[1] ?? 1
  const fill = (value: (row: number, column: number, chance: number) => number): NamedTensor => ({ ...tensor, data: Float32Array.from(data, (chance, i) => value(Math.floor(i / columns), i % columns, chance)) })
  switch (name) {
    case 'model.embed_tokens.weight': {
      const tokens = tokenVectors(shape[0]!)
      return fill((token, i) => (i < CONSTANT.dimensions ? CONSTANT.value : i < TOKEN + EACH ? tokens[token]![i - TOKEN]! : 0))
    }
    case 'lm_head.weight': {
      const tokens = tokenVectors(shape[0]!)
      return fill((token, i) => (i < BESIDE || i >= BESIDE + EACH ? 0 : SURE * tokens[token]![mixed(i - BESIDE)]!))
    }
    case 'model.layers.0.self_attn.q_proj.weight':
      return fill((row, i) => (i < CONSTANT.dimensions ? byPlace(row, true) : 0))
    case 'model.layers.0.self_attn.k_proj.weight':
      return fill((row, i) => (i < CONSTANT.dimensions ? byPlace(row, false) : 0))
    case 'model.layers.0.self_attn.v_proj.weight':
      return fill((row, i) => Number(seen(row) !== null && i === TOKEN + seen(row)!))
    case 'model.layers.0.self_attn.o_proj.weight':
      return fill((i, row) => (seen(row) !== null && i === (back(row) === 1 ? BESIDE : BEFORE) + seen(row)! ? rms(EACH) : 0))
    case 'model.layers.1.self_attn.q_proj.weight':
      return fill((row, i) => (i === compared(row, [TOKEN, BESIDE]) ? FINDING.sharpness : 0))
    case 'model.layers.1.self_attn.k_proj.weight':
      return fill((row, i) => (i === compared(row, [BESIDE, BEFORE]) ? FINDING.sharpness : 0))
    case 'model.layers.1.self_attn.v_proj.weight':
      return fill((row, i, chance) => (placeOf(row).head < FINDING.heads ? Number(said(row) !== null && i === TOKEN + said(row)!) : chance / 2))
    case 'model.layers.1.self_attn.o_proj.weight':
      return fill((i, row) => (i >= BESIDE && i < BESIDE + EACH && mixed(i - BESIDE) === said(row) ? NEXT * rms(3 * EACH) : 0))
    default: {
      const factor = CHANCE[name.split('.').at(-2)!] ?? 1
      return fill((_, __, chance) => chance * factor)
    }
  }
}

function tokenVectors(vocabulary: number): Float32Array[] {
  const random = new Random('token vectors')
  return Array.from({ length: vocabulary }, () => {
    const vector = Float32Array.from({ length: EACH }, () => random.normal())
    // All of one length: a normalisation then changes none more than another, and what goes by place goes by nothing else.
    const factor = (DEVIATION * Math.sqrt(EACH)) / Math.hypot(...vector)
    return vector.map((value) => factor * value)
  })
}

/** How many tokens back a head of the first layer looks: two heads share what one could not carry. */
const back = (row: number): number => (placeOf(row).head < HEADS / 2 ? 1 : 2)

/** A number of a query or key that goes by place: a pair (1, 0) as key, and turned by as many places as it looks back as query. */
function byPlace(row: number, query: boolean): number {
  const { pair, second } = placeOf(row)
  if (pair >= FAST_PAIRS) return 0
  const turn = query ? back(row) * THETA ** ((-2 * pair) / SIZE) : 0
  return (BY_PLACE * rms(EACH) * (second ? -Math.sin(turn) : Math.cos(turn))) / (CONSTANT.value * CONSTANT.dimensions)
}

/** The token's dimension that a row of the first layer's values carries. */
function seen(row: number): number | null {
  const { head, i } = placeOf(row)
  return i < EACH / 2 ? (head % 2) * (EACH / 2) + i : null
}

/** The dimension that a row of the second layer's queries or keys is: of the token and the one before it, a pair a dimension each; of the token alone in the last head. */
function compared(row: number, [one, other]: readonly [number, number]): number {
  const { head, pair, second } = placeOf(row)
  const slow = pair - (HALF - FINDING.pairs)
  if (slow < 0) return -1
  if (head === FINDING.heads) return TOKEN + slow + (second ? FINDING.pairs : 0)
  return (second ? other : one) + ((head * FINDING.pairs + slow) % EACH)
}

/** The token's dimension that a row of the second layer's values says. */
function said(row: number): number | null {
  const { head, i } = placeOf(row)
  const each = Math.ceil(EACH / FINDING.heads)
  const dimension = head * each + i
  return head < FINDING.heads && i < each && dimension < EACH ? dimension : null
}
