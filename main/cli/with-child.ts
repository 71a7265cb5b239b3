import type { AnyContractRouter } from '@orpc/contract'
import type { SupervisedProcess } from '../core/processes/supervised.ts'
import type { ChildName } from '../core/processes/table.ts'
import { say } from './output.ts'

/** Runs a command with a child process of its own: no host, wallet or network is needed. */
export async function withChild<C extends AnyContractRouter, T>(
  name: ChildName,
  run: (child: SupervisedProcess<C>) => Promise<T>,
): Promise<T> {
  const { systemClock } = await import('../core/clock.ts')
  const { Log } = await import('../core/log/log.ts')
  const { SupervisedProcess } = await import('../core/processes/supervised.ts')
  const { NodeSpawner } = await import('../core/processes/node-spawner.ts')
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
