import * as z from 'zod'
import { ChainId, Hash, Seconds, Units } from '../../../model/values.ts'
import { actionsOf } from '../../contract-module.ts'
import type { abi } from './abi.gen.ts'

const action = actionsOf<typeof abi>()
const job = { job: ChainId }

export const actions = {
  openJob: action({
    fields: {
      machine: ChainId,
      /** For each milestone. */ price: Units.min(1n),
      milestones: z.int().min(1).max(100),
      /** Seconds for each milestone. */ duration: Seconds,
      work: Hash,
    },
    personal: true,
    verbs: ['open'],
    needsBackup: true,
    amount: ({ price, milestones }) => price * milestones,
    encode: ({ machine, price, milestones, duration, work }) => ['open', machine, price, milestones, duration, work],
  }),
  cancelJob: action({
    fields: job,
    personal: true,
    verbs: ['cancel'],
    needsBackup: false,
    encode: (a) => ['cancel', a.job],
  }),
  leaveJob: action({
    fields: job,
    personal: true,
    verbs: ['leave'],
    needsBackup: false,
    encode: (a) => ['leave', a.job],
  }),
  // Who gives up forfeits a part of the stake.
  expireJob: action({
    fields: job,
    personal: true,
    verbs: ['expire'],
    needsBackup: true,
    encode: (a) => ['expire', a.job],
  }),
  // Stakes as much as the job can earn.
  acceptJob: action({
    fields: job,
    personal: null,
    verbs: ['accept'],
    needsBackup: true,
    encode: (a) => ['accept', a.job],
  }),
  commitJob: action({
    fields: { ...job, root: Hash, checkpoints: z.int().min(2) },
    personal: null,
    verbs: ['commit'],
    needsBackup: false,
    encode: (a) => ['commit', a.job, a.root, a.checkpoints],
  }),
  sampleJob: action({
    fields: job,
    personal: null,
    verbs: ['sample'],
    needsBackup: false,
    encode: (a) => ['sample', a.job],
  }),
  passJob: action({
    fields: job,
    personal: null,
    verbs: ['pass'],
    needsBackup: false,
    encode: (a) => ['pass', a.job],
  }),
  // A challenge and a defence are bonded.
  challengeJob: action({
    fields: { ...job, segment: z.int().min(0) },
    personal: null,
    verbs: ['challenge'],
    needsBackup: true,
    encode: (a) => ['challenge', a.job, a.segment],
  }),
  defendJob: action({
    fields: job,
    personal: null,
    verbs: ['defend'],
    needsBackup: true,
    encode: (a) => ['defend', a.job],
  }),
  slashJob: action({
    fields: job,
    personal: null,
    verbs: ['slash'],
    needsBackup: false,
    encode: (a) => ['slash', a.job],
  }),
  ruleJob: action({
    fields: job,
    personal: null,
    verbs: ['rule'],
    needsBackup: false,
    encode: (a) => ['rule', a.job],
  }),
}
