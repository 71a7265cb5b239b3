import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { longestBiography } from '../../../../common/model/memory-names.ts'
import { useBiography } from '../../../state/avatar.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextArea } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

/** A person's life in their own words, which may begin with a draft of their kept facts. */
export function BiographyCard() {
  const { t } = useTranslation()
  const kept = useBiography()
  const [wanted, setWanted] = useState<string | null>(null)
  const [said, setSaid] = useState<'saved' | 'noFacts' | null>(null)
  const draft = useApiMutation(async () => {
    const { text } = await api.avatar.draftBiography({})
    if (text === '') return setSaid('noFacts')
    setSaid(null)
    setWanted(text)
  })
  const save = useApiMutation(async (text: string) => {
    await api.avatar.setBiography({ text })
    setWanted(null)
    setSaid('saved')
  })
  if (!kept) return null
  const text = wanted ?? kept.text
  const changed = text.trim() !== kept.text
  return (
    <Card title={t('biography.title')} aside={changed && <span className={layout.tiny}>{t('biography.unsaved')}</span>}>
      <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), save.mutate(text))}>
        <p className={layout.muted}>{t('biography.text')}</p>
        {kept.outdated && <Problem>{t('biography.outdated')}</Problem>}
        <TextArea
          label={t('biography.label')}
          rows={6}
          value={text}
          maxLength={longestBiography}
          onChange={(event) => (setWanted(event.target.value), setSaid(null))}
        />
        {(draft.errorText ?? save.errorText) && <Problem>{draft.errorText ?? save.errorText}</Problem>}
        {said !== null && <p role="status">{t(`biography.${said}`)}</p>}
        <div className={layout.row}>
          <Button kind="primary" type="submit" disabled={(!changed && !kept.outdated) || save.isPending}>
            {t('common.save')}
          </Button>
          <Button disabled={draft.isPending} onClick={() => draft.mutate()}>
            {t('biography.draft')}
          </Button>
          {changed && <Button onClick={() => setWanted(null)}>{t('biography.undo')}</Button>}
        </div>
      </form>
    </Card>
  )
}
