import type { ContractRouterClient } from '@orpc/contract'
import { avatarContract } from './avatar.ts'
import { chatContract } from './chat.ts'
import { dataContract } from './data.ts'
import { doctorContract } from './doctor.ts'
import { earnContract } from './earn.ts'
import { embedderContract } from './embedder.ts'
import { explorerContract } from './explorer.ts'
import { hooksContract } from './hooks.ts'
import { jobsContract } from './jobs.ts'
import { machineContract } from './machine.ts'
import { marketContract } from './market.ts'
import { modelsContract } from './models.ts'
import { networkContract } from './network.ts'
import { partnerContract } from './partner.ts'
import { profitContract } from './profit.ts'
import { proofsContract } from './proofs.ts'
import { trainingContract } from './training.ts'
import { trialContract } from './trial.ts'
import { styleContract } from './style.ts'
import { tasksContract } from './tasks.ts'
import { tablesContract } from './tables.ts'
import { systemContract } from './system.ts'
import { walletContract } from './wallet.ts'

/**
 * Everything that a window or the command line can ask of a host. Binary data travels as base64 or hexadecimal text.
 */
export const api = {
  system: systemContract,
  wallet: walletContract,
  earn: earnContract,
  machine: machineContract,
  profit: profitContract,
  hooks: hooksContract,
  market: marketContract,
  explorer: explorerContract,
  training: trainingContract,
  proofs: proofsContract,
  trial: trialContract,
  jobs: jobsContract,
  tables: tablesContract,
  data: dataContract,
  avatar: avatarContract,
  chat: chatContract,
  models: modelsContract,
  embedder: embedderContract,
  style: styleContract,
  doctor: doctorContract,
  partner: partnerContract,
  network: networkContract,
  tasks: tasksContract,
}
export type Api = ContractRouterClient<typeof api>
