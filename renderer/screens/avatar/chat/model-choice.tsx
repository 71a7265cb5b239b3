import { useTranslation } from 'react-i18next'
import type { Avatar } from '../../../../common/model/chat.ts'
import { bytes, rate } from '../../../lib/format.ts'
import { useModels } from '../../../state/chat.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { api } from '../../../state/transport.ts'
import { Choice } from '../../../ui/choice.tsx'
import { Problem } from '../../../ui/state.tsx'

const FOR_ALL = ''

/** The model that an avatar speaks with, each with the memory that it takes and how fast it is here. */
export function ModelChoice({ avatar }: { readonly avatar: Avatar }) {
  const { t } = useTranslation()
  const overview = useModels()
  const change = useApiMutation((model: string) => {
    const { id, style: _, styleScale: __, ...options } = avatar
    return api.chat.changeAvatar({ avatar: id, options: { ...options, model: model || null } })
  })
  if (!overview) return null
  const { models, chosen } = overview
  const nameOf = (id: string): string => {
    const model = models.find((it) => it.id === (id === FOR_ALL ? chosen : id))
    if (!model) return id
    return [
      model.shipped ? t('models.shipped') : model.name,
      bytes(model.memoryBytes),
      ...(model.tokensPerSecond === null
        ? []
        : [t('models.estimated', { rate: rate(model.tokensPerSecond, 'tok/s') })]),
      ...(model.fits ? [] : [t('chat.doesNotFit')]),
      ...(id === FOR_ALL ? [t('chat.forAll')] : []),
    ].join(' · ')
  }
  return (
    <>
      <Choice
        label={t('chat.model')}
        value={models.some(({ id }) => id === avatar.model) ? (avatar.model ?? FOR_ALL) : FOR_ALL}
        options={[FOR_ALL, ...models.map(({ id }) => id)]}
        nameOf={nameOf}
        onChoose={(model) => change.mutate(model)}
      />
      {change.errorText && <Problem>{change.errorText}</Problem>}
    </>
  )
}
