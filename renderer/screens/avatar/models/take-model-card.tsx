import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelsOverview } from '../../../../common/api/models.ts'
import { bytes } from '../../../lib/format.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'

/** Brings in a model file that is on this machine. */
export function TakeModelCard({ taking }: { readonly taking: ModelsOverview['taking'] }) {
  const { t } = useTranslation()
  const [file, setFile] = useState('')
  const [taken, setTaken] = useState<string | null>(null)
  const take = useApiMutation(async () => {
    setTaken(null)
    setTaken((await api.models.take({ file: file.trim(), name: null })).name)
    setFile('')
  })
  return (
    <Card title={t('models.take')}>
      <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), take.mutate())}>
        <p className={layout.muted}>{t('models.takeText')}</p>
        <TextField
          label={t('models.file')}
          value={file}
          maxLength={4096}
          placeholder="/home/…/model.gguf"
          error={take.errorText}
          onChange={(event) => setFile(event.target.value)}
        />
        {taking && (
          <>
            {taking.of > 0 && <Progress share={taking.bytes / taking.of} label={t('models.taking')} />}
            <p className={layout.tiny} role="status">
              {taking.of > 0
                ? t('models.takingBytes', { bytes: bytes(taking.bytes), of: bytes(taking.of) })
                : bytes(taking.bytes)}
            </p>
          </>
        )}
        {taken !== null && <p role="status">{t('models.taken', { name: taken })}</p>}
        <div className={layout.row}>
          <Button type="submit" disabled={file.trim() === '' || take.isPending}>
            {t('models.takeIt')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
