import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const EVERY_MS = 250
const MIB = 2 ** 20

/**
 * Collects garbage when so much of it may have come together. V8 lets it grow to several times of what lives where
 * there is much of it, and floods make much; what they hold outside of the heap, as connections' TLS, goes with it.
 * @returns ends it
 */
export function keepHeapTight(slack = 4 * MIB): () => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  let lives = used()
  const timer = setInterval(() => {
    if (used() < lives + slack) return
    collect()
    lives = used()
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

function used(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics()
  return heap + external
}
