import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useModels } from '../../../state/chat.ts'
import { useData } from '../../../state/data.ts'
import { api } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import { TermsForm, type Sealing } from './terms-form.tsx'

/** A model on its way to the market: sealed as it is, named with its SHA-256. */
export function SellModelPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const navigate = useNavigate()
  const releases = useData()?.releases ?? []
  const overview = useModels()
  const seal = async ({ terms, asset }: Sealing) => {
    const release = await api.data.sealModel({ model: id, terms, asset })
    await navigate(`/data/release/${release.id}`)
  }
  if (!overview) return <Skeleton label={t('common.loading')} />
  const model = overview.models.find((item) => item.id === id)
  if (!model) return <Empty>{t('data.noSuchRelease')}</Empty>
  return (
    <Card title={t('data.sellModel')}>
      <TermsForm
        name={model.name}
        ready
        assets={releases.flatMap(({ release, asset }) =>
          release.kind === 'model' && asset ? [{ id: asset.id, name: release.terms.name }] : [],
        )}
        seal={seal}
      >
        <p className={layout.muted}>{t('data.sellModelText')}</p>
      </TermsForm>
    </Card>
  )
}
