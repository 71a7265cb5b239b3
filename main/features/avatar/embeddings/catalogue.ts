import type { OfferedEmbedder } from '../../../../common/api/embedder.ts'

/**
 * The model that is offered: small enough for any machine, of a hundred languages, free (Wang et al. 2024, Multilingual
 * E5). Its texts begin with what they are, as it was trained.
 */
export const offered: OfferedEmbedder & {
  readonly repo: string
  readonly model: string
  readonly tokenizer: string
  readonly query: string
  readonly passage: string
} = {
  name: 'Multilingual E5 small',
  licence: 'MIT',
  repo: 'Xenova/multilingual-e5-small',
  model: 'onnx/model_quantized.onnx',
  tokenizer: 'tokenizer.json',
  query: 'query: ',
  passage: 'passage: ',
}
