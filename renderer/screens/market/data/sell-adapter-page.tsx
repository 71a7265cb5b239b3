import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useData } from '../../../state/data.ts'
import { upTo } from '../../../state/retry.ts'
import { api, query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import { TermsForm, type Sealing } from './terms-form.tsx'

/** A trained adapter on its way to the market: sealed as it is, named with the base that it belongs to. */
export function SellAdapterPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const navigate = useNavigate()
  const releases = useData()?.releases ?? []
  const run = useQuery(query.training.run.queryOptions({ input: { id }, retry: upTo(3) }))
  const seal = async ({ terms, asset }: Sealing) => {
    const release = await api.data.sealAdapter({ run: id, terms, asset })
    await navigate(`/data/release/${release.id}`)
  }
  if (run.isError) return <Empty>{t('data.noSuchRelease')}</Empty>
  if (!run.data) return <Skeleton label={t('common.loading')} />
  return (
    <Card title={t('data.sellAdapter')}>
      <TermsForm
        name={run.data.run.name}
        ready={run.data.run.state === 'finished'}
        assets={releases.flatMap(({ release, asset }) =>
          release.kind === 'adapter' && asset ? [{ id: asset.id, name: release.terms.name }] : [],
        )}
        seal={seal}
      >
        <p className={layout.muted}>{t('data.sellAdapterText')}</p>
      </TermsForm>
    </Card>
  )
}
