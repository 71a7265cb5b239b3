import { handled, type Globals } from '../../../../cli/commands.ts'
import { printResult } from '../../../../cli/output.ts'
import { withMemories, type Memories } from './memories.ts'

export const day = (ts: number | null): string => (ts === null ? '' : new Date(ts).toISOString().slice(0, 10))

/** A command on the memory of a data folder. */
export const onMemory = <Args extends unknown[], Opts, T extends object>(
  run: (memories: Memories, options: Opts, args: Args, given: Globals) => Promise<T>,
  text: (result: T) => string,
) =>
  handled<Args, Opts>(async (given, options, ...args) => {
    const result = await withMemories(given.dataDir, (memories) => run(memories, options, args, given))
    printResult(result, given.json, () => text(result))
  })
