import { getLlama, LlamaLogLevel, type Token } from 'node-llama-cpp'

const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: 1 })

/** llama.cpp's log-probabilities of the next token after each of these, [tokens, vocabulary]. */
export async function llamaLogProbabilities(
  modelPath: string,
  adapterPath: string | null,
  ids: readonly number[],
): Promise<Float32Array> {
  await using model = await llama.loadModel({ modelPath, gpuLayers: 0 })
  await using context = await model.createContext({
    contextSize: 256,
    threads: 1,
    flashAttention: false,
    experimentalKvCacheKeyType: 'F32',
    experimentalKvCacheValueType: 'F32',
    ...(adapterPath ? { lora: { adapters: [{ filePath: adapterPath }] } } : {}),
  })
  const sequence = context.getSequence()
  const results = await sequence.controlledEvaluate(
    ids.map((id) => [id as Token, { generateNext: { probabilities: true } }]),
  )
  const vocabulary = model.fileInfo.metadata.tokenizer.ggml.tokens.length
  const out = new Float32Array(ids.length * vocabulary)
  for (const [i, result] of results.entries())
    for (const [token, probability] of result!.next.probabilities!) out[i * vocabulary + token] = Math.log(probability)
  return out
}
