import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Biography } from '../../../../common/model/memory.ts'
import { longestBiography } from '../../../../common/model/memory-names.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { useBiography } from '../../../state/avatar.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { api } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextArea } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

/** A person's life in their own words, which may begin with a draft of their kept facts. */
export function BiographyCard() {
  const kept = useBiography()
  return kept ? <Loaded kept={kept} /> : null
}

const Life = Biography.pick({ text: true })

function Loaded({ kept }: { readonly kept: Biography }) {
  const { t } = useTranslation()
  const [said, setSaid] = useState<'saved' | 'noFacts' | null>(null)
  const form = useSchemaForm({
    schema: Life,
    values: { text: kept.text },
    save: async (life) => {
      form.reset(await api.avatar.setBiography(life))
      setSaid('saved')
    },
  })
  const draft = useApiMutation(async () => {
    const { text } = await api.avatar.draftBiography({})
    setSaid(text === '' ? 'noFacts' : null)
    if (text !== '') form.set('text', text)
  })
  const { onChange, ...field } = form.field('text')
  return (
    <Card
      title={t('biography.title')}
      aside={form.changed && <span className={layout.tiny}>{t('biography.unsaved')}</span>}
    >
      <Form
        form={form}
        submit={t('common.save')}
        disabled={!form.changed && !kept.outdated}
        beside={
          <>
            <Button disabled={draft.isPending} onClick={() => draft.mutate()}>
              {t('biography.draft')}
            </Button>
            {form.changed && <Button onClick={() => form.reset()}>{t('biography.undo')}</Button>}
          </>
        }
      >
        <p className={layout.muted}>{t('biography.text')}</p>
        {kept.outdated && <Problem>{t('biography.outdated')}</Problem>}
        <TextArea
          label={t('biography.label')}
          rows={6}
          maxLength={longestBiography}
          {...field}
          onChange={(event) => {
            void onChange(event)
            setSaid(null)
          }}
        />
        {draft.errorText && <Problem>{draft.errorText}</Problem>}
        {said !== null && <p role="status">{t(`biography.${said}`)}</p>}
      </Form>
    </Card>
  )
}
