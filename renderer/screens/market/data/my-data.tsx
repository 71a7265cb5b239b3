import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { DataOverview } from '../../../../common/api/data.ts'
import { bytes, dateTime, shortCoins } from '../../../lib/format.ts'
import { useData } from '../../../state/data.ts'
import { useSayings } from '../../../state/sayings.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { CollectCard } from './collect-card.tsx'
import { RoomNav } from '../../../app/room-nav.tsx'
import { NewDatasetCard } from './new-dataset-card.tsx'
import { assetTone, saleTone } from './tones.ts'

/** What a person brought, what of it is sealed and sold, and what it earned. */
export function MyData() {
  const { t } = useTranslation()
  const data = useData()
  return (
    <div className={layout.stack}>
      <RoomNav to="/data" />
      {!data ? (
        <Skeleton label={t('common.loading')} />
      ) : (
        <>
          <DatasetsCard data={data} />
          <CollectionsCard data={data} />
          <WorkCard data={data} />
          <NewDatasetCard />
          <CollectCard />
          <ReleasesCard data={data} />
          <SalesCard sold={data.sold} />
        </>
      )}
    </div>
  )
}

function DatasetsCard({ data: { datasets } }: { readonly data: DataOverview }) {
  const { t, i18n } = useTranslation()
  return (
    <Card title={t('data.datasets')}>
      {datasets.length === 0 ? (
        <Empty>{t('data.noDatasets')}</Empty>
      ) : (
        <Table
          caption={t('data.datasets')}
          columns={[
            t('data.name'),
            t('data.source'),
            t('data.items'),
            t('data.left'),
            t('data.hidden'),
            t('data.added'),
          ]}
          rows={datasets}
          keyOf={({ id }) => id}
          cells={({ id, name, source, items, cleaned, created }) => [
            <Link key="name" to={`/data/set/${id}`}>
              {name}
            </Link>,
            source.file,
            items.toLocaleString(i18n.language),
            cleaned?.items.toLocaleString(i18n.language) ?? '–',
            cleaned ? t('data.hiddenIn', { count: cleaned.changed }) : '–',
            dateTime(created, i18n.language),
          ]}
        />
      )}
    </Card>
  )
}

/** What is being worked on, also where it was begun before this window was opened. */
function WorkCard({ data: { tasks, failed } }: { readonly data: DataOverview }) {
  const { t } = useTranslation()
  const sayings = useSayings()
  if (tasks.length === 0 && failed === null) return null
  return (
    <Card title={t('data.working')}>
      <div className={layout.tight}>
        {failed !== null && <Problem>{t('data.brokeOff', { why: sayings.failed(failed) })}</Problem>}
        {tasks.map(({ name, step, items }, i) => (
          <p key={`${name} ${i}`} role="status" className={layout.muted}>
            {name} · {t(`data.tasks.${step}`, { count: items })}
          </p>
        ))}
      </div>
    </Card>
  )
}

function CollectionsCard({ data: { collections } }: { readonly data: DataOverview }) {
  const { t, i18n } = useTranslation()
  if (collections.length === 0) return null
  return (
    <Card title={t('data.media.collections')}>
      <Table
        caption={t('data.media.collections')}
        columns={[
          t('data.name'),
          t('data.media.pictures'),
          t('data.media.recordings'),
          t('data.left'),
          t('data.size'),
          t('data.added'),
        ]}
        rows={collections}
        keyOf={({ id }) => id}
        cells={({ id, name, report, leaving, created }) => [
          <Link key="name" to={`/data/collection/${id}`}>
            {name}
          </Link>,
          report.pictures.items.toLocaleString(i18n.language),
          report.recordings.items.toLocaleString(i18n.language),
          leaving.items.toLocaleString(i18n.language),
          bytes(report.bytes),
          dateTime(created, i18n.language),
        ]}
      />
    </Card>
  )
}

function ReleasesCard({ data: { releases, sold } }: { readonly data: DataOverview }) {
  const { t } = useTranslation()
  if (releases.length === 0) return null
  return (
    <Card title={t('data.releases')}>
      <Table
        caption={t('data.releases')}
        columns={[
          t('data.name'),
          t('data.state'),
          t('data.price'),
          t('data.version'),
          t('data.salesCount'),
          t('data.rating'),
        ]}
        rows={releases}
        keyOf={({ release }) => release.id}
        cells={({ release, asset }) => [
          <Link key="name" to={`/data/release/${release.id}`}>
            {release.terms.name}
          </Link>,
          <Tag key="state" tone={asset ? assetTone[asset.state] : 'plain'}>
            {t(asset ? `data.assetStates.${asset.state}` : 'data.sealedOnly')}
          </Tag>,
          asset?.state === 'listed' ? shortCoins(asset.price, 6) : '–',
          release.hseg.version,
          asset ? sold.filter(({ sale }) => sale.asset === asset.id && sale.state === 'final').length : 0,
          asset?.rating ? `${asset.rating.stars.toFixed(1)} ★ (${asset.rating.count})` : '–',
        ]}
      />
    </Card>
  )
}

function SalesCard({ sold }: { readonly sold: DataOverview['sold'] }) {
  const { t, i18n } = useTranslation()
  const sayings = useSayings()
  const earned = sold.reduce((sum, { sale }) => sum + sale.paid, 0n)
  return (
    <Card
      title={t('data.sales')}
      aside={sold.length > 0 && <span>{t('data.earned', { amount: shortCoins(earned, 6) })}</span>}
    >
      {sold.length === 0 ? (
        <Empty>{t('data.noSales')}</Empty>
      ) : (
        <Table
          caption={t('data.sales')}
          columns={[
            t('data.sale'),
            t('data.name'),
            t('data.state'),
            t('data.price'),
            t('data.buyer'),
            t('transactions.when'),
          ]}
          rows={sold}
          keyOf={({ sale }) => sale.id}
          cells={({ sale, name, obstacle }) => [
            <Link key="id" to={`/explorer/tx/${sale.transactions.at(-1)!.hash}`}>
              #{sale.id}
            </Link>,
            name,
            <span key="state" className={layout.tight}>
              <span>
                <Tag tone={saleTone[sale.state]}>{t(`data.saleStates.${sale.state}`)}</Tag>
              </span>
              {obstacle && sale.state === 'paid' && <span className={layout.tiny}>{sayings.job(obstacle)}</span>}
            </span>,
            shortCoins(sale.price, 6),
            <Link key="buyer" to={`/explorer/address/${sale.buyer}`}>
              {sale.buyer.slice(0, 8)}…
            </Link>,
            dateTime(sale.boughtTime * 1000, i18n.language),
          ]}
        />
      )}
    </Card>
  )
}
