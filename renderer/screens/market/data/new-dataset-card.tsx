import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { ExportFileField, ExportFileState, useExportFile } from '../../../app/export-file.tsx'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { SelectField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { countries, homeCountry } from './countries.ts'

/** Brings an export in, to be curated. */
export function NewDatasetCard() {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const file = useExportFile()
  const [country, setCountry] = useState(homeCountry)
  const create = useApiMutation(async (sample: boolean) => {
    const { id } = await file.read(
      (given) => api.data.create({ ...given, country }),
      sample ? t('data.sampleName') : undefined,
    )
    await navigate(`/data/set/${id}`)
  })
  return (
    <Card title={t('data.bring')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('data.bringText')}</p>
        <div className={layout.pair}>
          <ExportFileField takes="data" choose={file.choose} />
          <SelectField
            label={t('data.country')}
            hint={t('data.countryHint')}
            value={country}
            onChange={(event) => setCountry(event.target.value)}
          >
            {countries(i18n.language).map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </SelectField>
        </div>
        <ExportFileState {...file} />
        {create.errorText && <Problem>{create.errorText}</Problem>}
        <div className={layout.row}>
          <Button kind="primary" disabled={!file.ready || create.isPending} onClick={() => create.mutate(false)}>
            {t('data.read')}
          </Button>
          <Button disabled={create.isPending} onClick={() => create.mutate(true)}>
            {t('data.sample')}
          </Button>
        </div>
        <p className={layout.tiny}>{t('data.stays')}</p>
      </div>
    </Card>
  )
}
