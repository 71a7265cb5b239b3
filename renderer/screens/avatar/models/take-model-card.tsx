import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelsOverview } from '../../../../common/api/models.ts'
import { PathForm } from '../../../forms/path-form.tsx'
import { bytes } from '../../../lib/format.ts'
import { api } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'

/** Brings in a model file that is on this machine. */
export function TakeModelCard({ taking }: { readonly taking: ModelsOverview['taking'] }) {
  const { t } = useTranslation()
  const [taken, setTaken] = useState<string | null>(null)
  return (
    <Card title={t('models.take')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('models.takeText')}</p>
        <PathForm
          label={t('models.file')}
          placeholder="/home/…/model.gguf"
          submit={t('models.takeIt')}
          save={async (file) => {
            setTaken(null)
            setTaken((await api.models.take({ file, name: null })).name)
          }}
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
      </div>
    </Card>
  )
}
