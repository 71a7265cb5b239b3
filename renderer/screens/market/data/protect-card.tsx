import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { DatasetRow } from '../../../../common/model/dataset.ts'
import { api } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { TermsForm, type Sealing } from './terms-form.tsx'

interface Props {
  readonly dataset: DatasetRow
  /** Assets that this dataset was sold as before; a new version of one keeps its buyers and its rating. */
  readonly assets: readonly { readonly id: number; readonly name: string }[]
}

/** Says exactly what would leave the machine and on what terms, and seals it. */
export function ProtectCard({ dataset, assets }: Props) {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const seal = async ({ terms, asset }: Sealing) => {
    const release = await api.data.seal({ dataset: dataset.id, terms, asset })
    await navigate(`/data/release/${release.id}`)
  }
  const count = dataset.cleaned?.items ?? 0
  return (
    <Card title={t('data.protect')}>
      <TermsForm name={dataset.name} ready={count > 0} assets={assets} seal={seal}>
        <p className={layout.muted}>{t('data.protectText')}</p>
        <Facts
          items={[
            [t('data.leaves'), t('data.leavesItems', { items: count.toLocaleString(i18n.language) })],
            [t('data.leavesPublic'), t('data.leavesPublicText')],
            [t('data.leavesSealed'), t('data.leavesSealedText')],
            [t('data.staysHere'), t('data.staysHereText')],
          ]}
        />
      </TermsForm>
    </Card>
  )
}
