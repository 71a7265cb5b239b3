import type { EventOf } from './state-machine.ts'

/** Life of a training job on the machine that does it. The chain's own states come from the index; this is our side. */
export type TrainingProviderState =
  | 'placed'
  | 'receiving'
  | 'ready'
  | 'training'
  | 'paused'
  | 'proving'
  | 'disputed'
  | 'closed'

export const trainingProviderMoves = {
  placed: { specified: 'receiving', closed: 'closed' },
  receiving: { received: 'ready', closed: 'closed' },
  ready: { accepted: 'training', closed: 'closed' },
  training: { paused: 'paused', reached: 'proving', closed: 'closed' },
  paused: { resumed: 'training', closed: 'closed' },
  proving: { paid: 'training', challenged: 'disputed', closed: 'closed' },
  disputed: { paid: 'training', closed: 'closed' },
  closed: {},
} as const satisfies Record<TrainingProviderState, Partial<Record<string, TrainingProviderState>>>

/** Life of a training job on the machine of the customer who opened it. */
export type TrainingCustomerState =
  | 'placed'
  | 'sending'
  | 'waiting'
  | 'training'
  | 'checking'
  | 'refused'
  | 'disputed'
  | 'collecting'
  | 'closed'

export const trainingCustomerMoves = {
  placed: { specified: 'sending', refused: 'refused', closed: 'closed' },
  sending: { sent: 'waiting', refused: 'refused', closed: 'closed' },
  waiting: { accepted: 'training', refused: 'refused', unseen: 'collecting', closed: 'closed' },
  training: { committed: 'checking', unseen: 'collecting', closed: 'closed' },
  checking: { passed: 'training', failed: 'disputed', unseen: 'collecting', closed: 'closed' },
  // Nobody has accepted; the escrow is on its way back.
  refused: { closed: 'closed' },
  // A jury may find for the provider, and the work goes on.
  disputed: { passed: 'training', closed: 'closed' },
  // Paid by the clock while this machine was away; the provider keeps the result for a while.
  collecting: { closed: 'closed' },
  closed: {},
} as const satisfies Record<TrainingCustomerState, Partial<Record<string, TrainingCustomerState>>>

export type TrainingProviderEvent = EventOf<typeof trainingProviderMoves>
export type TrainingCustomerEvent = EventOf<typeof trainingCustomerMoves>
/** A juror's part in a dispute about somebody else's job. */
export type JuryState = 'summoned' | 'judging' | 'voted' | 'abstaining' | 'revealed' | 'closed'

export const juryMoves = {
  // A juror of an appeal that has judged the case before votes as then; who was there all the time and was shown
  // nothing that fits the chain takes it as withheld.
  summoned: { shown: 'judging', decided: 'voted', unable: 'abstaining', redrawn: 'summoned', closed: 'closed' },
  // What a party showed was not the case; the other may still show it.
  judging: {
    decided: 'voted',
    worthless: 'summoned',
    unable: 'abstaining',
    redrawn: 'summoned',
    closed: 'closed',
  },
  voted: { revealed: 'revealed', redrawn: 'summoned', closed: 'closed' },
  abstaining: { redrawn: 'summoned', closed: 'closed' },
  revealed: { redrawn: 'summoned', closed: 'closed' },
  closed: {},
} as const satisfies Record<JuryState, Partial<Record<string, JuryState>>>

export type JuryEvent = EventOf<typeof juryMoves>
