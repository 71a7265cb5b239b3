/**
 * The chat model that a machine is measured with: a Llama of 81 million weights in four bits, too large for a
 * processor's caches and small enough to write in a moment.
 */
export const benchChat = {
  width: 768,
  layers: 12,
  heads: 12,
  keyHeads: 4,
  inner: 2048,
  vocabulary: 8192,
  context: 1024,
} as const

/** Four bits a weight and a half float a block of 32. */
export const Q4_BLOCK = { weights: 32, bytes: 18 } as const

const keyWidth = (benchChat.width / benchChat.heads) * benchChat.keyHeads
const layerWeights = benchChat.width * (2 * benchChat.width + 2 * keyWidth + 3 * benchChat.inner)
/** Bytes of weights that are read for each token that it writes. */
export const benchChatBytes =
  ((benchChat.vocabulary * benchChat.width + benchChat.layers * layerWeights) * Q4_BLOCK.bytes) / Q4_BLOCK.weights
