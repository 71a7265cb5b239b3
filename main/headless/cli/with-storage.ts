import type { ContractRouterClient } from '@orpc/contract'
import type { storageContract } from '../../../common/children/storage.ts'
import { systemClock } from '../../core/clock.ts'
import { Log } from '../../core/log/log.ts'
import { SupervisedProcess } from '../../core/processes/supervised.ts'
import { NodeSpawner } from '../node-spawner.ts'
import { say } from './output.ts'

export type StorageClient = ContractRouterClient<typeof storageContract>

/** Runs a command with a storage process of its own. */
export async function withStorage<T>(run: (storage: StorageClient) => Promise<T>): Promise<T> {
  const log = new Log(({ level, message, fields }) => void (level === 'error' && say(`${message} ${JSON.stringify(fields)}`)), 'cli')
  const storage = new SupervisedProcess<typeof storageContract>({ name: 'storage', spawner: new NodeSpawner(), clock: systemClock, log })
  try {
    return await run(storage.client)
  } finally {
    await storage.stop()
  }
}
