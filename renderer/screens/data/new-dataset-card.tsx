import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { DataOverview } from '../../../common/api/data.ts'
import { dateOrders, type DateOrder } from '../../../common/model/data-names.ts'
import { api } from '../../state/transport.ts'
import { upload } from '../../state/upload.ts'
import { useAction } from '../../state/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { layout } from '../../ui/layout.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Problem } from '../../ui/state.tsx'
import { countries, homeCountry } from './countries.ts'

/** Brings an export in. Where its dates could be read in two ways, the person is asked and nothing is guessed. */
export function NewDatasetCard({ tasks }: { readonly tasks: DataOverview['tasks'] }) {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const [file, setFile] = useState<File | null>(null)
  const [country, setCountry] = useState(homeCountry)
  const [share, setShare] = useState<number | null>(null)
  const [ambiguous, setAmbiguous] = useState<{ upload: string | null; name: string } | null>(null)
  const [order, setOrder] = useState<DateOrder>('dmy')
  const create = useAction(async (sample: boolean) => {
    const given = ambiguous ?? { upload: sample ? null : await upload(file!, setShare).finally(() => setShare(null)), name: sample ? t('data.sampleName') : file!.name.replace(/\.\w+$/, '').slice(0, 120) }
    try {
      const { id } = await api.data.create({ ...given, format: null, dateOrder: ambiguous ? order : null, country })
      await navigate(`/data/set/${id}`)
    } catch (error) {
      if ((error as { code?: string }).code === 'AMBIGUOUS_DATES') setAmbiguous(given)
      throw error
    }
  })
  const task = tasks[0]
  return (
    <Card title={t('data.bring')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('data.bringText')}</p>
        <div className={layout.pair}>
          <TextField
            label={t('data.file')}
            type="file"
            accept=".txt,.md,.json,.jsonl,.ndjson,.csv,.js,.mbox,.eml,.pdf,.zip"
            hint={t('data.fileHint')}
            onChange={(event) => {
              setFile(event.target.files?.[0] ?? null)
              setAmbiguous(null)
            }}
          />
          <SelectField label={t('data.country')} hint={t('data.countryHint')} value={country} onChange={(event) => setCountry(event.target.value)}>
            {countries(i18n.language).map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
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
        {task && create.busy && (
          <p role="status" className={layout.muted}>
            {t(`data.tasks.${task.step}`, { count: task.items })}
          </p>
        )}
        {create.error && <Problem>{create.error}</Problem>}
        <div className={layout.row}>
          <Button kind="primary" disabled={(!file && !ambiguous) || create.busy} onClick={() => create.run(false)}>
            {t('data.read')}
          </Button>
          <Button disabled={create.busy} onClick={() => create.run(true)}>
            {t('data.sample')}
          </Button>
        </div>
        <p className={layout.tiny}>{t('data.stays')}</p>
      </div>
    </Card>
  )
}
