/**
 * Tensor types of GGML: elements in a block, and its bytes. Ids are never used again, so those of types that were
 * dropped (4, 5, 31 … 33, 36 … 38) are missing here.
 * @see https://github.com/ggml-org/ggml/blob/master/include/ggml.h
 */
export const ggmlTypes = {
  f32: { id: 0, elements: 1, bytes: 4 },
  f16: { id: 1, elements: 1, bytes: 2 },
  q4_0: { id: 2, elements: 32, bytes: 18 },
  q4_1: { id: 3, elements: 32, bytes: 20 },
  q5_0: { id: 6, elements: 32, bytes: 22 },
  q5_1: { id: 7, elements: 32, bytes: 24 },
  q8_0: { id: 8, elements: 32, bytes: 34 },
  q8_1: { id: 9, elements: 32, bytes: 40 },
  q2_k: { id: 10, elements: 256, bytes: 84 },
  q3_k: { id: 11, elements: 256, bytes: 110 },
  q4_k: { id: 12, elements: 256, bytes: 144 },
  q5_k: { id: 13, elements: 256, bytes: 176 },
  q6_k: { id: 14, elements: 256, bytes: 210 },
  q8_k: { id: 15, elements: 256, bytes: 292 },
  iq2_xxs: { id: 16, elements: 256, bytes: 66 },
  iq2_xs: { id: 17, elements: 256, bytes: 74 },
  iq3_xxs: { id: 18, elements: 256, bytes: 98 },
  iq1_s: { id: 19, elements: 256, bytes: 50 },
  iq4_nl: { id: 20, elements: 32, bytes: 18 },
  iq3_s: { id: 21, elements: 256, bytes: 110 },
  iq2_s: { id: 22, elements: 256, bytes: 82 },
  iq4_xs: { id: 23, elements: 256, bytes: 136 },
  i8: { id: 24, elements: 1, bytes: 1 },
  i16: { id: 25, elements: 1, bytes: 2 },
  i32: { id: 26, elements: 1, bytes: 4 },
  i64: { id: 27, elements: 1, bytes: 8 },
  f64: { id: 28, elements: 1, bytes: 8 },
  iq1_m: { id: 29, elements: 256, bytes: 56 },
  bf16: { id: 30, elements: 1, bytes: 2 },
  tq1_0: { id: 34, elements: 256, bytes: 54 },
  tq2_0: { id: 35, elements: 256, bytes: 66 },
  mxfp4: { id: 39, elements: 32, bytes: 17 },
  nvfp4: { id: 40, elements: 64, bytes: 36 },
  q1_0: { id: 41, elements: 128, bytes: 18 },
} as const
export type GgmlType = keyof typeof ggmlTypes

const byId: ReadonlyMap<number, GgmlType> = new Map(
  (Object.keys(ggmlTypes) as GgmlType[]).map((type) => [ggmlTypes[type].id, type]),
)

/** Null for ids that this version of Hearth does not know. */
export const ggmlTypeOf = (id: number): GgmlType | null => byId.get(id) ?? null
