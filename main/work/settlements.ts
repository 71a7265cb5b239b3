/** How a piece of work is paid: by seconds that the customer signs for, by proven milestones, or by what was used. */
export type Settlement = 'seconds' | 'milestones' | 'metered'

/** One side's job about a piece of work, as the database names it. */
interface JobKind {
  readonly side: 'provider' | 'customer' | 'juror'
  /** Words for the owner when such a job is closed. */
  readonly closed: (id: number) => string
}

/** What the chain settles has a contract, and what that contract settles has names here whatever kind of work it is. */
export interface Settled {
  /** What one piece is called in earnings, energy and states; stored. */
  readonly piece: string
  /** One piece in a sentence: “the machine is working on …”. */
  readonly onePiece: string
  /** By the stored names of jobs. */
  readonly jobs: Readonly<Record<string, JobKind>>
}

export const settlements = {
  seconds: {
    piece: 'order',
    onePiece: 'an order',
    jobs: {
      serve: { side: 'provider', closed: (id) => `Order ${id} is closed` },
      buy: { side: 'customer', closed: (id) => `Your order ${id} is closed` },
    },
  },
  milestones: {
    piece: 'job',
    onePiece: 'a training job',
    jobs: {
      train: { side: 'provider', closed: (id) => `Training job ${id} is closed` },
      hire: { side: 'customer', closed: (id) => `Your training job ${id} is closed` },
      judge: { side: 'juror', closed: (id) => `The dispute about job ${id} is over` },
    },
  },
} as const satisfies Partial<Record<Settlement, Settled>>

const all: readonly Settled[] = Object.values(settlements)

/** Null for what is no work, or of a later version. */
export const settledAs = (piece: string): Settled | null => all.find((settled) => settled.piece === piece) ?? null

/** A job by its stored name; null for jobs about something else, or of a later version. */
export const jobKind = (name: string): JobKind | null =>
  all.flatMap(({ jobs }) => (Object.hasOwn(jobs, name) ? [jobs[name]] : [])).find((job) => job !== undefined) ?? null
