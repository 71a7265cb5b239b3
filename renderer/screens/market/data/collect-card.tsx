import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { api } from '../../../state/transport.ts'
import { upload } from '../../../state/upload.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Problem } from '../../../ui/state.tsx'

const LONGEST_NAME = 120

/** Brings pictures and recordings in, to be looked through. */
export function CollectCard() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [files, setFiles] = useState<readonly File[]>([])
  const [name, setName] = useState('')
  const [share, setShare] = useState<number | null>(null)
  const collect = useApiMutation(async () => {
    const given = await upload(files, setShare).finally(() => setShare(null))
    const { id } = await api.data.collect({ name: name.trim(), upload: given })
    await navigate(`/data/collection/${id}`)
  })
  return (
    <Card title={t('data.media.bring')}>
      <form
        className={layout.stack}
        onSubmit={(event) => {
          event.preventDefault()
          collect.mutate()
        }}
      >
        <p className={layout.muted}>{t('data.media.bringText')}</p>
        <div className={layout.pair}>
          <TextField
            label={t('data.media.files')}
            hint={t('data.fileHint')}
            type="file"
            multiple
            accept=".jpg,.jpeg,.png,.webp,.gif,.tif,.tiff,.avif,.wav,.mp3,.flac,.ogg,.oga,.opus,.m4a,.aac,.zip"
            onChange={(event) => {
              const chosen = [...(event.target.files ?? [])]
              setFiles(chosen)
              if (name === '' && chosen[0]) setName(chosen[0].name.replace(/\.\w+$/, '').slice(0, LONGEST_NAME))
            }}
          />
          <TextField
            label={t('data.title')}
            value={name}
            maxLength={LONGEST_NAME}
            required
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        {share !== null && <Progress share={share} label={t('data.reading')} />}
        {collect.errorText && <Problem>{collect.errorText}</Problem>}
        <div>
          <Button type="submit" disabled={files.length === 0 || name.trim() === '' || collect.isPending}>
            {t('data.media.collect')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
