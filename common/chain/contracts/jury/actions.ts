import * as z from 'zod'
import { ChainId, Hash } from '../../../model/values.ts'
import { actionsOf } from '../../contract-module.ts'
import type { abi } from './abi.gen.ts'

const action = actionsOf<typeof abi>()
const machine = { machine: ChainId }
const dispute = { dispute: ChainId }
const seat = { ...dispute, ...machine }

export const actions = {
  enrolJuror: action({
    fields: machine,
    personal: true,
    verbs: ['enrol'],
    needsBackup: true,
    stake: 'STAKE',
    encode: (a) => ['enrol', a.machine],
  }),
  retireJuror: action({
    fields: machine,
    personal: true,
    verbs: ['retire'],
    needsBackup: false,
    encode: (a) => ['retire', a.machine],
  }),
  releaseJuror: action({
    fields: machine,
    personal: true,
    verbs: ['release'],
    needsBackup: false,
    encode: (a) => ['release', a.machine],
  }),
  drawJury: action({
    fields: dispute,
    personal: null,
    verbs: ['draw'],
    needsBackup: false,
    encode: (a) => ['draw', a.dispute],
  }),
  // A vote against the verdict costs a part of the juror's stake.
  castVote: action({
    fields: { ...seat, sealedVote: Hash },
    personal: null,
    verbs: ['vote'],
    needsBackup: true,
    encode: (a) => ['vote', a.dispute, a.machine, a.sealedVote],
  }),
  abstain: action({
    fields: seat,
    personal: null,
    verbs: ['abstain'],
    needsBackup: false,
    encode: (a) => ['abstain', a.dispute, a.machine],
  }),
  revealVote: action({
    fields: { ...seat, guilty: z.boolean(), salt: Hash },
    personal: null,
    verbs: ['reveal'],
    needsBackup: false,
    encode: (a) => ['reveal', a.dispute, a.machine, a.guilty, a.salt],
  }),
  ruleRound: action({
    fields: dispute,
    personal: null,
    verbs: ['rule'],
    needsBackup: false,
    encode: (a) => ['rule', a.dispute],
  }),
  // Costs twice the bond of the round before.
  appealDispute: action({
    fields: dispute,
    personal: true,
    verbs: ['appeal'],
    needsBackup: true,
    encode: (a) => ['appeal', a.dispute],
  }),
}
