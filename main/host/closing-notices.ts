import type { JobStore } from '../core/jobs.ts'
import type { Log } from '../core/log/log.ts'
import type { Notifier } from '../core/ports.ts'
import { jobKind } from '../work/index.ts'

/** Jobs about data rather than work. */
const dataJobs: ReadonlySet<string> = new Set(['purchase', 'sell'])

/** Tells the person when an order or a job is over. Kinds that this version does not know are only said in the log. */
export function notifyOfClosings(jobs: JobStore, notifier: Notifier, log: Log): void {
  jobs.events.on('changed', ({ kind, subjectId, entered }) => {
    const known = jobKind(kind)
    if (known && subjectId !== null && entered === 'closed') notifier.notify('Hearth', known.closed(subjectId))
  })
  for (const unknown of jobs.kinds().filter((name) => !jobKind(name) && !dataJobs.has(name)))
    log.warn('the database holds jobs of a kind that this version does not know; they are left as they are', {
      kind: unknown,
    })
}
