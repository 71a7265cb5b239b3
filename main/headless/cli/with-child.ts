import type { AnyContractRouter } from '@orpc/contract'
import { systemClock } from '../../core/clock.ts'
import { Log } from '../../core/log/log.ts'
import { SupervisedProcess } from '../../core/processes/supervised.ts'
import type { ChildName } from '../../core/processes/table.ts'
import { NodeSpawner } from '../node-spawner.ts'
import { say } from './output.ts'

/** Runs a command with a child process of its own: no host, wallet or network is needed. */
export async function withChild<C extends AnyContractRouter, T>(
  name: ChildName,
  run: (child: SupervisedProcess<C>) => Promise<T>,
): Promise<T> {
  const log = new Log(
    ({ level, message, fields }) => void (level === 'error' && say(`${message} ${JSON.stringify(fields)}`)),
    'cli',
  )
  const child = new SupervisedProcess<C>({ name, spawner: new NodeSpawner(), clock: systemClock, log })
  try {
    return await run(child)
  } finally {
    await child.stop()
  }
}
