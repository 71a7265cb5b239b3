import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useErrorText } from './errors.ts'

/** A mutation with the words for its failure. @param stale keys of the queries that are read again once it succeeds */
export function useApiMutation<V = void, R = unknown>(
  mutationFn: (variables: V) => Promise<R>,
  stale: readonly QueryKey[] = [],
) {
  const textOf = useErrorText()
  const client = useQueryClient()
  const mutation = useMutation<R, unknown, V>({
    mutationFn,
    onSuccess: () => Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey }))),
  })
  return { ...mutation, errorText: mutation.error === null ? null : textOf(mutation.error) }
}
