import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import * as z from 'zod'
import type { DataOverview } from '../../../../common/api/data.ts'
import { formatCoins } from '../../../../common/model/money.ts'
import type { QualityReport } from '../../../../common/model/quality.ts'
import { coins } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { bytes, shortCoins } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { useData } from '../../../state/data.ts'
import { useOverview } from '../../../state/overview.ts'
import { upTo } from '../../../state/retry.ts'
import { api, query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { Steps } from '../../../ui/steps.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { FileNames } from './file-names.tsx'
import { LicenceFacts } from './licence-facts.tsx'
import { ShownRows } from './drawn-rows.tsx'
import { assetTone } from './tones.ts'
import { useWorth } from './use-worth.ts'

type Entry = DataOverview['releases'][number]
type Asset = NonNullable<Entry['asset']>

/** A sealed release on its way to the market: published, its lot drawn, shown and listed. */
export function ReleasePage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const data = useData()
  const entry = data?.releases.find(({ release }) => release.id === id)
  if (!data) return <Skeleton label={t('common.loading')} />
  return entry ? <Loaded entry={entry} /> : <Empty>{t('data.noSuchRelease')}</Empty>
}

function Loaded({ entry: { release, asset } }: { readonly entry: Entry }) {
  const { t } = useTranslation()
  const { metadata } = release
  const done = asset === null ? 3 : asset.state === 'listed' ? 5 : 4
  return (
    <div className={layout.stack}>
      <div className={layout.between}>
        <h2>{release.terms.name}</h2>
        <Tag tone={asset ? assetTone[asset.state] : 'plain'}>
          {t(asset ? `data.assetStates.${asset.state}` : 'data.sealedOnly')}
        </Tag>
      </div>
      <Steps
        label={t('data.way')}
        names={[
          t('data.steps.source'),
          t('data.steps.curate'),
          t('data.steps.protect'),
          t('data.steps.publish'),
          t('data.steps.list'),
        ]}
        at={done}
      />
      {asset === null ? <PublishCard entry={{ release, asset }} /> : <ListingCard release={release} asset={asset} />}
      <Card title={t('data.package')}>
        <Facts
          items={[
            [t('data.cid'), <code key="cid">{release.cid}</code>],
            [t('data.size'), bytes(metadata.bytes)],
            [
              t('data.segments'),
              release.reused > 0
                ? t('data.segmentsReused', { count: release.segments, reused: release.reused })
                : release.segments,
            ],
            [t('data.rows'), metadata.rows ?? '–'],
            [t('data.files'), <FileNames key="files" files={metadata.files} />],
          ]}
        />
      </Card>
      <Card title={t('data.licence')}>
        <LicenceFacts licence={metadata.licence} description={metadata.description} />
      </Card>
    </div>
  )
}

function PublishCard({ entry: { release } }: { readonly entry: Entry }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { wallet } = useOverview()
  const isOld = release.version.segments === null
  const publish = useApiMutation(async () => {
    if (isOld) await navigate(`/data/release/${(await api.data.sealAgain({ id: release.id })).id}`)
    else await act({ kind: 'publishData', release: release.id })
  })
  const remove = useApiMutation(async () => {
    await api.data.removeRelease({ id: release.id })
    await navigate('/data')
  })
  return (
    <Card title={t('data.publish')} hero>
      <div className={layout.stack}>
        <p>
          {t(isOld ? 'data.sealAgainText' : release.version.count > 0 ? 'data.publishText' : 'data.publishTextNoRows')}
        </p>
        {(publish.errorText ?? remove.errorText) && <Problem>{publish.errorText ?? remove.errorText}</Problem>}
        <div className={layout.row}>
          <Button
            kind="primary"
            disabled={publish.isPending || wallet.state !== 'open'}
            onClick={() => publish.mutate()}
          >
            {t(isOld ? 'data.sealAgain' : 'data.publishButton')}
          </Button>
          <Button disabled={remove.isPending} onClick={() => remove.mutate()}>
            {t('data.discard')}
          </Button>
        </div>
      </div>
    </Card>
  )
}

function ListingCard({ asset, release }: { readonly asset: Asset; readonly release: Entry['release'] }) {
  const { t } = useTranslation()
  const { id, state, price, current } = asset
  const draw = useQuery(query.data.draw.queryOptions({ input: { asset: id }, retry: upTo(60), retryDelay: 1_000 }))
  const drawn = release.version.count === 0 || draw.data !== undefined
  return (
    <Card
      title={t('data.listing')}
      hero={state !== 'listed'}
      aside={state === 'listed' && <span>{shortCoins(price, 6)}</span>}
    >
      <div className={layout.stack}>
        {!drawn ? (
          <p role="status">{draw.isError ? t('data.lotGone') : t('data.lotWaiting')}</p>
        ) : (
          draw.data && (
            <>
              <p>
                {t(current.preview ? 'data.lotShown' : 'data.lotText', {
                  count: draw.data.segments,
                  of: release.version.count,
                })}
              </p>
              <ShownRows drawn={draw.data} />
            </>
          )
        )}
        <PriceForm asset={asset} ready={drawn} report={release.metadata.report} />
      </div>
    </Card>
  )
}

const Price = z.object({ price: coins(0n) })

/** For how much it is offered, and taking it off the market again. */
function PriceForm({
  asset: { id, state, price },
  ready,
  report,
}: {
  readonly asset: Asset
  readonly ready: boolean
  readonly report: QualityReport | null
}) {
  const { t } = useTranslation()
  const suggestion = useWorth(report)?.suggestion ?? 0n
  const { wallet } = useOverview()
  const listed = state === 'listed'
  const form = useSchemaForm({
    schema: Price,
    values: { price: listed ? formatCoins(price) : '' },
    save: (wanted) => act({ kind: 'listAsset', asset: id, price: wanted.price }),
  })
  const unlist = useApiMutation(() => act({ kind: 'unlistAsset', id }))
  return (
    <>
      <Form
        form={form}
        inRow
        submit={t(listed ? 'data.reprice' : 'data.listButton')}
        disabled={!ready || wallet.state !== 'open'}
        beside={
          listed && (
            <Button disabled={unlist.isPending} onClick={() => unlist.mutate()}>
              {t('data.unlist')}
            </Button>
          )
        }
      >
        <TextField
          label={t('data.price')}
          hint={t('data.priceHint')}
          inputMode="decimal"
          filler={
            suggestion > 0n && (
              <Button onClick={() => form.set('price', formatCoins(suggestion))}>
                {t('data.worth.suggested', { price: shortCoins(suggestion) })}
              </Button>
            )
          }
          {...form.field('price')}
        />
      </Form>
      {unlist.errorText && <Problem>{unlist.errorText}</Problem>}
    </>
  )
}
