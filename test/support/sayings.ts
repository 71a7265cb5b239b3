import type { JobSaying } from '../../common/model/job-saying-names.ts'

/** A line of a log as a test writes it. */
export const written = (text: string): JobSaying => ({ code: 'written', args: { text } })
