import { act } from '../../state/act.ts'
import { useApiMutation } from '../../state/mutation.ts'
import { api } from '../../state/transport.ts'

/** What stands in the way of earning and one press does away with. */
export function useEarnFixes() {
  const measure = useApiMutation(() => api.earn.measure({ quick: true }))
  const register = useApiMutation(() => act({ kind: 'addMachine' }))
  const start = useApiMutation(() => api.earn.start({}))
  /** Both, for whoever wants to earn and has no machine on the chain yet. */
  const registerAndStart = useApiMutation(async () => {
    if (await act({ kind: 'addMachine' })) await api.earn.start({})
  })
  const all = [measure, register, start, registerAndStart]
  return {
    measure,
    register,
    start,
    registerAndStart,
    running: all.some(({ isPending }) => isPending),
    errorText: all.find(({ errorText }) => errorText)?.errorText ?? null,
  }
}
