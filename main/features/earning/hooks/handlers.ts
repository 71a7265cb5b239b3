import { implement } from '@orpc/server'
import { hooksContract } from '../../../../common/api/hooks.ts'
import type { CallContext } from '../../../core/call-context.ts'
import type { HookService } from './hook-service.ts'

/** Home automation: state out, pause and resume in. */
export function hooksHandlers({ hooks }: { readonly hooks: HookService }) {
  const os = implement(hooksContract).$context<CallContext>()
  return {
    view: os.view.handler(() => hooks.view()),
    change: os.change.handler(({ input }) => hooks.change(input)),
    renewToken: os.renewToken.handler(() => hooks.renewToken()),
  }
}
