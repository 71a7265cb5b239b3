import { useState } from 'react'
import { useErrorText } from './errors.ts'

/** Runs something that a press starts: whether it runs, and the words for its failure. */
export function useAction<A extends readonly unknown[]>(
  run: (...args: A) => Promise<unknown>,
): { run: (...args: A) => void; busy: boolean; error: string | null; clear: () => void } {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const textOf = useErrorText()
  const start = (...args: A): void => {
    setBusy(true)
    setError(null)
    run(...args)
      .catch((failure: unknown) => setError(textOf(failure)))
      .finally(() => setBusy(false))
  }
  return { run: start, busy, error, clear: () => setError(null) }
}
