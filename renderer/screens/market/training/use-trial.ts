import { useEffect, useRef, useState } from 'react'
import type { Written } from '../../../../common/children/llm.ts'
import type { TrialPrompt } from '../../../../common/model/trial.ts'
import { useErrorText } from '../../../state/errors.ts'
import { api } from '../../../state/transport.ts'

export const sides = ['before', 'after'] as const
export type Side = (typeof sides)[number]

/** One prompt with both answers, as far as they are written. */
export interface Round {
  readonly prompt: TrialPrompt
  readonly said: Readonly<Record<Side, string>>
  /** Null until all of it is written. */
  readonly written: Readonly<Record<Side, Written>> | null
}

export interface Asked {
  readonly prompt: TrialPrompt
  readonly maxTokens: number
  readonly temperature: number
}

/** Asks a run; the latest round comes first. Leaving the page stops what is being written. */
export function useTrial(run: string) {
  const textOf = useErrorText()
  const [rounds, setRounds] = useState<readonly Round[]>([])
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const controller = useRef<AbortController>(null)
  const change = (next: (latest: Round) => Round): void =>
    setRounds(([latest, ...earlier]) => (latest ? [next(latest), ...earlier] : []))
  const stop = (): void => controller.current?.abort()
  useEffect(() => stop, [])

  const ask = async (asked: Asked): Promise<void> => {
    const { signal } = (controller.current = new AbortController())
    setBusy(true)
    setError(null)
    setRounds((earlier) => [{ prompt: asked.prompt, said: { before: '', after: '' }, written: null }, ...earlier])
    try {
      const stream = await api.trial.ask({ run, ...asked }, { signal })
      let step = await stream.next()
      for (; !step.done; step = await stream.next()) {
        const { side, text } = step.value
        change((latest) => ({ ...latest, said: { ...latest.said, [side]: latest.said[side] + text } }))
      }
      const written = step.value
      change((latest) => ({ ...latest, written }))
    } catch (thrown) {
      if (!signal.aborted) setError(textOf(thrown))
      // What said nothing is no round.
      setRounds(([latest, ...earlier]) => (latest && latest.said.before !== '' ? [latest, ...earlier] : earlier))
    } finally {
      setBusy(false)
    }
  }
  return { rounds, error, busy, ask, stop }
}
