import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AvatarOverview } from '../../../common/api/avatar.ts'
import { dateOrders, type DateOrder } from '../../../common/model/data-names.ts'
import { memoryLabels, type MemoryLabel } from '../../../common/model/memory-names.ts'
import { api } from '../../state/transport.ts'
import { upload } from '../../state/upload.ts'
import { useAction } from '../../state/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { layout } from '../../ui/layout.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Problem } from '../../ui/state.tsx'

/** Brings an export into the memory. Where its dates could be read in two ways, the person is asked and nothing is guessed. */
export function BringCard({ tasks }: { readonly tasks: AvatarOverview['tasks'] }) {
  const { t } = useTranslation()
  const [file, setFile] = useState<File | null>(null)
  const [label, setLabel] = useState<MemoryLabel>('private')
  const [share, setShare] = useState<number | null>(null)
  const [ambiguous, setAmbiguous] = useState<{ upload: string; name: string } | null>(null)
  const [order, setOrder] = useState<DateOrder>('dmy')
  const [done, setDone] = useState<{ items: number; known: number } | null>(null)
  const bring = useAction(async () => {
    setDone(null)
    const given = ambiguous ?? { upload: await upload(file!, setShare).finally(() => setShare(null)), name: file!.name.replace(/\.\w+$/, '').slice(0, 200) }
    try {
      setDone(await api.avatar.import({ ...given, format: null, dateOrder: ambiguous ? order : null, label }))
      setAmbiguous(null)
    } catch (error) {
      if ((error as { code?: string }).code === 'AMBIGUOUS_DATES') setAmbiguous(given)
      throw error
    }
  })
  return (
    <Card title={t('avatar.bringTitle')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('avatar.bringText')}</p>
        <div className={layout.pair}>
          <TextField
            label={t('data.file')}
            type="file"
            accept=".txt,.md,.json,.jsonl,.ndjson,.csv,.js,.mbox,.eml,.pdf,.zip"
            hint={t('data.fileHint')}
            onChange={(event) => {
              setFile(event.target.files?.[0] ?? null)
              setAmbiguous(null)
              setDone(null)
            }}
          />
          <SelectField label={t('avatar.label')} hint={t('avatar.labelHint')} value={label} onChange={(event) => setLabel(event.target.value as MemoryLabel)}>
            {memoryLabels.map((item) => (
              <option key={item} value={item}>
                {t(`avatar.labels.${item}`)}
              </option>
            ))}
          </SelectField>
        </div>
        {ambiguous && (
          <SelectField label={t('data.dateOrder')} hint={t('data.dateOrderHint')} value={order} onChange={(event) => setOrder(event.target.value as DateOrder)}>
            {dateOrders.map((item) => (
              <option key={item} value={item}>
                {t(`data.dateOrders.${item}`)}
              </option>
            ))}
          </SelectField>
        )}
        {share !== null && <Progress share={share} label={t('data.reading')} />}
        {tasks.map(({ name, step, items }) =>
          step === 'proposing' ? null : (
            <p key={name} role="status" className={layout.muted}>
              {t(`avatar.tasks.${step}`, { name, count: items })}
            </p>
          ),
        )}
        {done && (
          <p role="status">
            {t('avatar.done', { count: done.items })} {done.known > 0 && t('avatar.known', { count: done.known })}
          </p>
        )}
        {bring.error && <Problem>{bring.error}</Problem>}
        <div className={layout.row}>
          <Button kind="primary" disabled={(!file && !ambiguous) || bring.busy} onClick={() => bring.run()}>
            {t('avatar.read')}
          </Button>
        </div>
        <p className={layout.tiny}>{t('avatar.stays')}</p>
      </div>
    </Card>
  )
}
