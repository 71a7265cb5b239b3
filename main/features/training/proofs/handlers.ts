import { implement } from '@orpc/server'
import { proofsContract } from '../../../../common/api/proofs.ts'
import type { CallContext } from '../../../core/call-context.ts'
import type { ProofService } from './proof-service.ts'

/** Proofs that were handed over: from the contract to the service. */
export function proofsHandlers({ proofs }: { readonly proofs: ProofService }) {
  const os = implement(proofsContract).$context<CallContext>()
  return {
    inspect: os.inspect.handler(({ input }) => proofs.inspect(input.upload)),
    verify: os.verify.handler(({ input }) => proofs.verify(input.upload, input.data)),
  }
}
