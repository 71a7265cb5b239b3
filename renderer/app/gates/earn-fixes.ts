import { act } from '../../state/act.ts'
import { useApiMutation } from '../../state/mutation.ts'
import { api } from '../../state/transport.ts'

/** What stands in the way of earning and one press does away with. */
export function useEarnFixes() {
  const measure = useApiMutation(() => api.earn.measure({ quick: true }))
  const register = useApiMutation(() => act({ kind: 'addMachine' }))
  const start = useApiMutation(() => api.earn.start({}))
  return {
    measure,
    register,
    start,
    running: measure.isPending || register.isPending || start.isPending,
    errorText: measure.errorText ?? register.errorText ?? start.errorText,
  }
}
