import type { BareCode, SayingOf } from './sayings.ts'

/** What a gate between a machine and earning is at. */
export const gateValues = {
  /** An address, or what the system says of it. */
  plain: { text: 'text' },
  failed: { failure: 'failure' },
  measured: { value: 'text' },
  measuredLimit: { value: 'text', limit: 'text' },
  atMost: { value: 'text' },
  notTold: {},
  notToldBy: { source: 'text' },
  noRule: {},

  confirmed: {},
  notConfirmed: {},
  thisNetwork: {},
  otherNetwork: {},
  walletNone: {},
  walletLocked: {},
  walletOpen: {},
  walletSealed: {},
  walletDamaged: {},

  block: { number: 'id' },
  blockOf: { number: 'id', head: 'id' },
  ownChain: {},
  oneEndpoint: {},
  endpoints: { count: 'number' },
  native: { amount: 'native' },

  daysOld: { days: 'number' },
  at: { time: 'time' },
  exact: { backend: 'text' },
  free: { size: 'bytes' },
  yoursAlone: {},
  modesMended: { count: 'number' },
  readable: { files: 'text' },
  linked: { files: 'text' },
  tooMany: {},

  held: { amount: 'coins' },
  stake: { free: 'coins', wallet: 'coins', needed: 'coins' },
  stakeUnknown: { free: 'coins' },
  machine: { id: 'id' },
  onlyHere: {},
  started: {},
  pausedByYou: {},

  proven: {},
  allFitted: {},
  tooLarge: { time: 'time', why: 'text' },

  answer: {},
  noSchedule: {},
  noHour: {},
  open: {},
  openUntil: { time: 'time' },
  closed: {},
  closedUntil: { time: 'time' },
  untouched: { time: 'seconds' },
  noGame: {},
  noCard: {},
  noFan: {},
  pluggedIn: {},
  onBattery: {},
  metered: {},
  notMetered: {},

  offer: { id: 'id' },
  order: { id: 'id' },
  costs: { price: 'coins', cost: 'coins' },
  noCost: {},
  median: { price: 'coins', median: 'coins' },
  noOffers: {},
  orders: { count: 'number' },
} as const
export type GateValue = SayingOf<typeof gateValues>

/** A value that is all in its code. */
export const at = (code: BareCode<typeof gateValues>): GateValue => ({ code, args: {} }) as GateValue
