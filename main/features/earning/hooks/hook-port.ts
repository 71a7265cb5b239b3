import { timingSafeEqual } from 'node:crypto'
import { HookCommand, type HookState } from '../../../../common/model/hooks.ts'
import { HearthError } from '../../../../common/errors/index.ts'

/** What a hook may do with this machine: read its state, pause it, resume it, and no more. */
export interface HookPort {
  readonly token: string
  state(): HookState
  obey(command: HookCommand): void
}

/** Compares in the same time however much of it is right. */
export function isToken(shown: string, token: string): boolean {
  const [a, b] = [Buffer.from(shown), Buffer.from(token)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** @throws HearthError BAD_INPUT in words for whoever wrote the automation */
export function parseCommand(value: unknown): HookCommand {
  const parsed = HookCommand.safeParse(value)
  if (!parsed.success)
    throw new HearthError(
      'BAD_INPUT',
      'a command is {"command":"pause","minutes":60}, {"command":"pause"} or {"command":"resume"}',
    )
  return parsed.data
}
