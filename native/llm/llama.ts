import { getLlama, LlamaLogLevel, type Llama } from 'node-llama-cpp'

const opened = new Map<boolean, Promise<Llama>>()

/**
 * llama.cpp from its prebuilt package; nothing is downloaded or compiled. Threads are always given: its default takes
 * every core and waits on them by spinning.
 */
export function llama(gpu: boolean, threads: number): Promise<Llama> {
  const known = opened.get(gpu)
  if (known) return known
  const opening = getLlama({
    gpu: gpu ? 'auto' : false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.error,
    maxThreads: threads,
  })
  opened.set(gpu, opening)
  opening.catch(() => opened.delete(gpu))
  return opening
}
