import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { AvatarOptions } from '../../../../common/model/chat.ts'
import type { Participant } from '../../../../common/model/memory.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { newChatWith } from './chat-list.tsx'

const Named = AvatarOptions.pick({ name: true })

/** The shortest way to a first conversation: a name, or the memories of somebody made up. */
export function FirstAvatarCard({ people }: { readonly people: readonly Participant[] }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const me = people.find((person) => person.me)
  const form = useSchemaForm({
    schema: Named,
    values: { name: me?.author ?? '' },
    save: async ({ name }) => {
      const options = { name, picture: null, rules: '', greeting: '', model: null, remembers: true }
      await navigate(newChatWith((await api.chat.addAvatar(options)).id))
    },
  })
  const sample = useApiMutation(async () => navigate(newChatWith((await api.chat.trySample()).id)))
  return (
    <Card title={t('chat.first')} hero>
      <div className={layout.stack}>
        <p>{t('chat.firstText')}</p>
        <Form
          form={form}
          submit={t('chat.begin')}
          disabled={sample.isPending}
          beside={
            people.length === 0 && (
              <Button disabled={form.busy || sample.isPending} onClick={() => sample.mutate()}>
                {t('chat.sample')}
              </Button>
            )
          }
        >
          <TextField label={t('chat.name')} hint={t('chat.nameHint')} maxLength={80} {...form.field('name')} />
        </Form>
        {sample.errorText && <Problem>{sample.errorText}</Problem>}
        {people.length === 0 && (
          <p className={layout.muted}>
            {t('chat.knowsNothing')} <Link to="/avatar/sources">{t('avatar.bring')}</Link>
          </p>
        )}
      </div>
    </Card>
  )
}
