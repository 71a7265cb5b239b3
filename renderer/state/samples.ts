import { useEffect, useState } from 'react'
import type { Sample } from '../../common/model/telemetry.ts'
import { api } from './transport.ts'

/** How much of the past a chart shows. */
const SHOWN_MS = 300_000
const RETRY_MS = 1_000

/** The last minutes of the machine's sensors, oldest first; a sample a second is added while somebody looks. */
export function useSamples(): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>([])
  useEffect(() => {
    const abort = new AbortController()
    void follow(abort.signal, setSamples)
    return () => abort.abort()
  }, [])
  return samples
}

const shown = (samples: readonly Sample[]): readonly Sample[] =>
  samples.filter(({ time }) => time > samples.at(-1)!.time - SHOWN_MS)

async function follow(signal: AbortSignal, tell: (samples: readonly Sample[]) => void): Promise<void> {
  while (!signal.aborted) {
    try {
      let samples: readonly Sample[] = shown(await api.machine.history({}, { signal }))
      tell(samples)
      for await (const { sample } of await api.machine.watch({}, { signal })) {
        if (sample && sample.time !== samples.at(-1)?.time) tell((samples = shown([...samples, sample])))
      }
    } catch {
      // The connection state says so on the screen.
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }
}
