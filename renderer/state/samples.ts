import { useEffect, useState } from 'react'
import type { Sample } from '../../common/model/telemetry.ts'
import { api } from './transport.ts'

/** Seconds that a chart shows. */
const SHOWN = 300
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

async function follow(signal: AbortSignal, tell: (samples: readonly Sample[]) => void): Promise<void> {
  while (!signal.aborted) {
    try {
      let samples: readonly Sample[] = (await api.machine.history({}, { signal })).slice(-SHOWN)
      tell(samples)
      for await (const { sample } of await api.machine.watch({}, { signal })) {
        if (sample && sample.time !== samples.at(-1)?.time) tell((samples = [...samples, sample].slice(-SHOWN)))
      }
    } catch {
      // The connection state says so on the screen.
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }
}
