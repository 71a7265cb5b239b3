import type { Executor, ExecutorOptions, Plan } from './executor.ts'
import { monolithExecutor } from './monolith.ts'
import { SteppedExecutor } from './stepped.ts'

export async function createExecutor(options: ExecutorOptions, plan: Plan): Promise<Executor> {
  return plan === 'monolith' ? monolithExecutor(options) : new SteppedExecutor(options, plan)
}
