import type { CommandUnknownOpts } from '@commander-js/extra-typings'

/**
 * What a feature adds to the command line: it puts its commands under the program, or under the name that it shares
 * with others. What its actions need of the feature they import when they run, so that `--help` loads none of it.
 */
export type CommandGroup = (parent: CommandUnknownOpts) => void

/** Several groups under one name, in the order in which help lists them. */
export const under =
  (name: string, description: string, groups: readonly CommandGroup[]): CommandGroup =>
  (parent) => {
    const own = parent.command(name).description(description)
    for (const add of groups) add(own)
  }
