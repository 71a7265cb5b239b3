import { useTranslation } from 'react-i18next'
import type { DataLicence } from '../../../../common/model/data-market.ts'
import { Facts, layout } from '../../../ui/layout.tsx'

export function LicenceFacts({
  licence,
  description,
}: {
  readonly licence: DataLicence
  readonly description: string
}) {
  const { t } = useTranslation()
  return (
    <div className={layout.stack}>
      {description && <p>{description}</p>}
      <Facts
        items={[
          [t('data.use'), t(`data.uses.${licence.use}`)],
          [t('data.redistribution'), t(licence.redistribution ? 'data.yes' : 'data.no')],
          [t('data.term'), licence.term === null ? t('data.endless') : t('data.days', { count: licence.term })],
        ]}
      />
    </div>
  )
}
