import type { ContractRouterClient } from '@orpc/contract'
import type { trainerContract } from '../../common/children/trainer.ts'
import { HearthError } from '../../common/errors/index.ts'
import type { SupervisedProcess } from '../core/processes/supervised.ts'
import { handled } from './commands.ts'
import { exitCodes, printResult, say } from './output.ts'
import { withChild } from './with-child.ts'

export type TrainerClient = ContractRouterClient<typeof trainerContract>
export type TrainerProcess = SupervisedProcess<typeof trainerContract>

/** Follows a stream of the engine; an engine that was killed is started again and goes on from its last checkpoint. */
export async function* persistently<Item, Result>(
  start: () => Promise<AsyncGenerator<Item, Result>>,
): AsyncGenerator<Item, Result> {
  while (true) {
    try {
      return yield* await start()
    } catch (error) {
      if (!(error instanceof HearthError && error.code === 'ENGINE_GONE')) throw error
      say('the engine ended; it starts again from its last checkpoint')
    }
  }
}

/** A command's action: asks an engine of its own one thing and prints the answer. */
export const trainerCommand = <Args extends unknown[], Opts, T extends object>(
  work: (trainer: TrainerProcess, options: Opts, args: Args) => Promise<T>,
  text: (result: T) => string,
  failed: (result: T) => boolean = () => false,
) =>
  handled<Args, Opts>(async ({ json }, options, ...args) => {
    const result = await withChild<typeof trainerContract, T>('trainer', (trainer) => work(trainer, options, args))
    printResult(result, json, () => text(result))
    if (failed(result)) process.exitCode = exitCodes.refused
  })
