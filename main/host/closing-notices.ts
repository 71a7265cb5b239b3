import type { JobStore } from '../core/jobs.ts'
import type { Notifier } from '../core/ports.ts'

const words: Readonly<Record<string, (subject: number) => string>> = {
  serve: (id) => `Order ${id} is closed`,
  buy: (id) => `Your order ${id} is closed`,
  train: (id) => `Training job ${id} is closed`,
  hire: (id) => `Your training job ${id} is closed`,
  judge: (id) => `The dispute about job ${id} is over`,
}

/** Tells the person when an order or a job is over. Kinds without words are nobody's news. */
export function notifyOfClosings(jobs: JobStore, notifier: Notifier): void {
  jobs.events.on('changed', ({ kind, subjectId }) => {
    if (subjectId === null || jobs.bySubject(kind, subjectId)?.state !== 'closed') return
    const text = words[kind]?.(subjectId)
    if (text !== undefined) notifier.notify('Hearth', text)
  })
}
