import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import * as z from 'zod'
import { FileField } from '../../../forms/file-field.tsx'
import { files, text } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { api } from '../../../state/transport.ts'
import { upload } from '../../../state/upload.ts'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'

const LONGEST_NAME = 120
const Collected = z.object({ files: files(1), name: text(LONGEST_NAME) })

/** Brings pictures and recordings in, to be looked through. */
export function CollectCard() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [share, setShare] = useState<number | null>(null)
  const form = useSchemaForm({
    schema: Collected,
    values: { files: null, name: '' },
    save: async ({ files: chosen, name }) => {
      const given = await upload(chosen, setShare).finally(() => setShare(null))
      const { id } = await api.data.collect({ name, upload: given })
      await navigate(`/data/collection/${id}`)
    },
  })
  const { onChange, ...chosen } = form.field('files')
  return (
    <Card title={t('data.media.bring')}>
      <Form form={form} kind="secondary" submit={t('data.media.collect')}>
        <p className={layout.muted}>{t('data.media.bringText')}</p>
        <div className={layout.pair}>
          <FileField
            takes="collection"
            label={t('data.media.files')}
            hint={t('data.fileHint')}
            multiple
            accept=".jpg,.jpeg,.png,.webp,.gif,.tif,.tiff,.avif,.wav,.mp3,.flac,.ogg,.oga,.opus,.m4a,.aac,.zip"
            {...chosen}
            onChange={(event) => {
              void onChange(event)
              const first = event.target.files?.[0]
              if (first && form.value('name') === '')
                form.set('name', first.name.replace(/\.\w+$/, '').slice(0, LONGEST_NAME))
            }}
          />
          <TextField label={t('data.title')} maxLength={LONGEST_NAME} {...form.field('name')} />
        </div>
        {share !== null && <Progress share={share} label={t('data.reading')} />}
      </Form>
    </Card>
  )
}
