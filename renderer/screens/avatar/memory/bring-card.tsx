import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AvatarOverview } from '../../../../common/api/avatar.ts'
import { memoryLabels, type MemoryLabel } from '../../../../common/model/memory-names.ts'
import { BoughtField } from '../../../forms/bought-field.tsx'
import { ExportFileField, ExportFileState, useExportFile } from '../../../app/export-file.tsx'
import { useBoughtFile } from '../../../state/bought.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { SelectField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

/** Brings an export into the memory. */
export function BringCard({ tasks }: { readonly tasks: AvatarOverview['tasks'] }) {
  const { t } = useTranslation()
  const { bought, forget } = useBoughtFile()
  const file = useExportFile(bought)
  const [label, setLabel] = useState<MemoryLabel>('private')
  const [done, setDone] = useState<{ items: number; known: number } | null>(null)
  const bring = useApiMutation(async () => {
    setDone(null)
    setDone(
      await file.read(({ upload, ...given }) =>
        api.avatar.import({ ...given, upload: upload!, label: bought ? 'private' : label }),
      ),
    )
    if (bought) forget()
  })
  return (
    <Card title={t('avatar.bringTitle')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('avatar.bringText')}</p>
        {bought ? (
          <>
            <BoughtField label={t('data.file')} bought={bought} onForget={forget} />
            <p className={layout.muted}>{t('data.bought.private')}</p>
          </>
        ) : (
          <div className={layout.pair}>
            <ExportFileField takes="memory" choose={(chosen) => (file.choose(chosen), setDone(null))} />
            <SelectField
              label={t('avatar.label')}
              hint={t('avatar.labelHint')}
              value={label}
              onChange={(event) => setLabel(event.target.value as MemoryLabel)}
            >
              {memoryLabels.map((item) => (
                <option key={item} value={item}>
                  {t(`avatar.labels.${item}`)}
                </option>
              ))}
            </SelectField>
          </div>
        )}
        <ExportFileState {...file} />
        {tasks.map(({ name, step, items }, i) =>
          step === 'proposing' || step === 'sorting' ? null : (
            <p key={`${name} ${i}`} role="status" className={layout.muted}>
              {t(`avatar.tasks.${step}`, { name, count: items })}
            </p>
          ),
        )}
        {done && (
          <p role="status">
            {t('avatar.done', { count: done.items })} {done.known > 0 && t('avatar.known', { count: done.known })}
          </p>
        )}
        {bring.errorText && <Problem>{bring.errorText}</Problem>}
        <div className={layout.row}>
          <Button kind="primary" disabled={!file.ready || bring.isPending} onClick={() => bring.mutate()}>
            {t('avatar.read')}
          </Button>
        </div>
        <p className={layout.tiny}>{t('avatar.stays')}</p>
      </div>
    </Card>
  )
}
