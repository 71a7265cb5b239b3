import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useErrorText } from '../../../state/errors.ts'
import { untilBack } from '../../../state/live.ts'
import { query } from '../../../state/transport.ts'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import { Messages } from './messages.tsx'

/** The conversation that a message stands in. */
export function Around({ item }: { readonly item: number }) {
  const { t } = useTranslation()
  const textOf = useErrorText()
  const messages = useQuery({ ...query.avatar.around.queryOptions({ input: { item } }), ...untilBack })
  if (messages.error) return <Problem>{textOf(messages.error)}</Problem>
  return messages.data ? (
    <Messages items={messages.data} marked={item} keepable />
  ) : (
    <Skeleton label={t('common.loading')} />
  )
}
