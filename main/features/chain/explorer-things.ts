import type { Meaning } from '../../../common/model/chain-values.ts'
import type { ThingKind } from '../../../common/model/thing-kinds.ts'

interface ThingSource {
  readonly table: string
  /** Columns that are shown, in order, by the names that they are shown under. */
  readonly facts: Readonly<Record<string, readonly [column: string, means: Meaning]>>
  /** Queries for the numbers of what belongs to it, by its own. */
  readonly lists: Partial<Record<ThingKind, string>>
  /** Columns of the accounts whose it is. */
  readonly parties: readonly string[]
}

/** Where the index keeps what the contracts give numbers to. */
export const thingSources: Readonly<Record<ThingKind, ThingSource>> = {
  machine: {
    table: 'machines',
    facts: {
      state: ['state', 'machineState'],
      owner: ['owner', 'account'],
      completed: ['done', 'number'],
      failed: ['failed', 'number'],
      spec: ['spec', 'hash'],
      peer: ['peer', 'hash'],
    },
    lists: {
      offer: 'select id from offers where machine = ?',
      order: 'select id from orders where machine = ?',
      job: 'select id from training_jobs where machine = ?',
      dispute: 'select distinct dispute as id from jury_seats where machine = ?',
    },
    parties: ['owner'],
  },
  offer: {
    table: 'offers',
    facts: {
      state: ['state', 'offerState'],
      owner: ['owner', 'account'],
      machine: ['machine', 'machine'],
      price: ['price', 'rate'],
      maxSeconds: ['max_seconds', 'duration'],
    },
    lists: { order: 'select id from orders where offer = ?' },
    parties: ['owner'],
  },
  order: {
    table: 'orders',
    facts: {
      state: ['state', 'orderState'],
      buyer: ['buyer', 'account'],
      provider: ['provider', 'account'],
      machine: ['machine', 'machine'],
      offer: ['offer', 'offer'],
      price: ['price', 'rate'],
      start: ['start', 'time'],
      end: ['end', 'time'],
      served: ['served', 'duration'],
      paid: ['paid', 'coins'],
      refunded: ['refunded', 'coins'],
      closedTime: ['closed_time', 'time'],
      work: ['work', 'hash'],
    },
    lists: {},
    parties: ['buyer', 'provider'],
  },
  job: {
    table: 'training_jobs',
    facts: {
      state: ['state', 'jobState'],
      customer: ['customer', 'account'],
      provider: ['provider', 'account'],
      machine: ['machine', 'machine'],
      price: ['price', 'coins'],
      milestones: ['milestones', 'number'],
      done: ['done', 'number'],
      duration: ['duration', 'duration'],
      deadline: ['deadline', 'time'],
      refunded: ['refunded', 'coins'],
      dispute: ['dispute', 'dispute'],
      recipe: ['work', 'hash'],
      checkpoints: ['checkpoints', 'number'],
      root: ['root', 'hash'],
      beaconBlock: ['beacon_block', 'block'],
      beacon: ['beacon', 'hash'],
      segment: ['segment', 'number'],
    },
    lists: {},
    parties: ['customer', 'provider'],
  },
  dispute: {
    table: 'disputes',
    facts: {
      state: ['state', 'disputeState'],
      accuser: ['accuser', 'account'],
      accused: ['accused', 'account'],
      bond: ['bond', 'coins'],
      round: ['round', 'number'],
      guilty: ['guilty', 'flag'],
      beaconBlock: ['beacon_block', 'block'],
      deadline: ['deadline', 'time'],
    },
    lists: {
      job: 'select job as id from training_disputes where dispute = ?',
      machine: 'select distinct machine as id from jury_seats where dispute = ?',
    },
    parties: ['accuser', 'accused'],
  },
  asset: {
    table: 'data_assets',
    facts: {
      state: ['state', 'assetState'],
      owner: ['owner', 'account'],
      creator: ['creator', 'account'],
      price: ['price', 'coins'],
      version: ['version', 'number'],
      parent: ['parent', 'asset'],
      royalty: ['royalty', 'share'],
    },
    lists: {
      sale: 'select id from data_sales where asset = ?',
      asset: 'select id from data_assets where parent = ?',
    },
    parties: ['owner'],
  },
  sale: {
    table: 'data_sales',
    facts: {
      state: ['state', 'saleState'],
      buyer: ['buyer', 'account'],
      seller: ['seller', 'account'],
      asset: ['asset', 'asset'],
      version: ['version', 'number'],
      price: ['price', 'coins'],
      paid: ['paid', 'coins'],
      royalty: ['royalty', 'coins'],
      wrongKey: ['wrong_key', 'flag'],
      stars: ['stars', 'number'],
      boughtTime: ['bought_time', 'time'],
      until: ['until', 'time'],
      closedTime: ['closed_time', 'time'],
    },
    lists: {},
    parties: ['buyer', 'seller'],
  },
  request: {
    table: 'data_requests',
    facts: {
      state: ['state', 'requestState'],
      account: ['account', 'account'],
      bounty: ['bounty', 'coins'],
      sale: ['sale', 'sale'],
      brief: ['brief', 'hash'],
    },
    lists: { asset: 'select value as id from data_requests r, json_each(r.answers) where r.id = ?' },
    parties: ['account'],
  },
}
