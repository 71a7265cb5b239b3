import type { BareCode, SayingOf } from './sayings.ts'

/** All that the logs of tasks, orders, training jobs, juries and sales say, and why one of them stands still. */
export const jobSayings = {
  // Of any job.
  /** By an earlier version, or another program. */
  written: { text: 'text' },
  /** What another machine's later version says; this one has no words for it. */
  unknown: { name: 'text' },
  failed: { failure: 'failure' },
  waiting: { failure: 'failure' },
  paused: { reason: 'pause' },
  escrowReturns: {},
  escrowAfterEnd: {},

  // A task of this machine.
  appEnded: {},
  appEndedAgain: { times: 'number' },
  unreadable: {},
  earlierVersion: {},

  // An order, at the provider.
  orderArrived: { order: 'id' },
  specified: { count: 'number', pieces: 'pieces', time: 'seconds' },
  inputsComplete: { pieces: 'pieces' },
  noInputs: {},
  orderPaid: {},
  orderClosed: {},
  engineStopped: {},
  settling: { time: 'seconds' },
  noReceipt: {},
  computing: { count: 'number', pieces: 'pieces' },
  computingOn: { done: 'number', count: 'number', pieces: 'pieces' },
  computed: { pieces: 'pieces' },
  receipt: { time: 'seconds' },
  finalReceipt: { time: 'seconds' },

  // An order, at the customer.
  orderPlaced: { order: 'id' },
  workElsewhere: {},
  accepted: {},
  inputsSent: { count: 'number', pieces: 'pieces' },
  nothingToSend: {},
  rechecked: { pieces: 'pieces', count: 'number' },
  signing: { time: 'seconds' },
  orderCompleted: {},
  orderReturned: {},

  // A training job, at the customer.
  jobOpened: { job: 'id' },
  runTaken: {},
  runWentOn: {},
  recipeAccepted: {},
  dataSent: { size: 'bytes' },
  jobTaken: {},
  drawing: {},
  proofExact: { again: 'number', segments: 'number' },
  proofClose: { again: 'number', segments: 'number', distance: 'text' },
  proofFails: { check: 'text', why: 'text' },
  proofLate: {},
  challenging: {},
  undefended: {},
  milestonePaid: { done: 'number', count: 'number' },
  machineLate: {},
  endedEarly: {},
  juryForMachine: {},
  jobProven: {},
  stakeYours: {},
  jobOver: {},
  paidUnseen: {},
  resultHolds: {},
  resultFails: { check: 'text' },
  adapterKept: {},
  stepsKept: { step: 'number' },
  runFree: {},

  // A training job, at the provider.
  jobArrived: { job: 'id' },
  recipe: { steps: 'number', method: 'text', base: 'text', size: 'bytes' },
  allReceived: {},
  jobOurs: { count: 'number' },
  training: { until: 'number', steps: 'number' },
  trainingOn: { step: 'number', until: 'number' },
  engineFailed: { failure: 'failure' },
  milestoneReached: { milestone: 'number' },
  trainingDone: {},
  committing: { count: 'number' },
  proofReady: {},
  customerSilent: {},
  checkingOwn: {},
  ownRight: {},
  ownWrong: { why: 'text' },
  appealing: {},
  jobPaid: {},
  stakeLost: {},
  jobOverHere: {},
  deletedHere: {},

  // A seat in a jury.
  juryDrawn: { job: 'id' },
  juryRedrawn: {},
  votedBefore: {},
  withheld: {},
  notShown: {},
  innocent: { count: 'number' },
  guilty: { why: 'text' },
  notTheCase: { why: 'text' },
  notTheCaseAs: { failure: 'failure' },
  baseMissing: { base: 'text' },
  cannotExecute: { failure: 'failure' },
  abstaining: {},
  juryOver: {},

  // A purchase of data.
  notDelivered: {},
  wrongKeyPaidBack: {},
  wrongKeyTooLate: {},
  keyRight: {},
  keyWrong: {},
  segmentWrong: { segment: 'id' },
  sealedHere: {},
  opened: {},
  keptParts: { kept: 'number', count: 'number' },
  otherMachine: {},
} as const
export type JobSaying = SayingOf<typeof jobSayings>

/** A saying that names nothing. */
export const plain = (code: BareCode<typeof jobSayings>): JobSaying => ({ code, args: {} }) as JobSaying
