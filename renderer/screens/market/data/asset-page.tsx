import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import type { OfferedAsset } from '../../../../common/api/data.ts'
import { reportReasons } from '../../../../common/model/data-names.ts'
import { isEnough } from '../../../lib/enough.ts'
import { bytes, dateTime, shortCoins } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { useErrorText } from '../../../state/errors.ts'
import { useData } from '../../../state/data.ts'
import { useOverview } from '../../../state/overview.ts'
import { upTo } from '../../../state/retry.ts'
import { api, query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { LicenceFacts } from './licence-facts.tsx'
import { FileNames } from './file-names.tsx'
import { ShownRows } from './drawn-rows.tsx'
import { MediaFacts } from './media-facts.tsx'
import { ReportFacts } from './report-facts.tsx'
import { assetTone } from './tones.ts'

/** What a buyer sees before paying: the promise, rows drawn at random, and how the seller kept earlier promises. */
export function AssetPage({ id }: { readonly id: number }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const { data, error } = useQuery(
    query.data.asset.queryOptions({ input: { asset: id }, retry: upTo(3), refetchInterval: 10_000 }),
  )
  if (error) return <Problem>{errorText(error)}</Problem>
  return data ? <Loaded offer={data} /> : <Skeleton label={t('common.loading')} />
}

function Loaded({ offer }: { readonly offer: OfferedAsset }) {
  const { t, i18n } = useTranslation()
  const { asset, metadata, seller, mine } = offer
  const { current } = asset
  return (
    <div className={layout.stack}>
      <div className={layout.between}>
        <h2>{metadata?.name ?? t('data.unnamed', { id: asset.id })}</h2>
        <Tag tone={assetTone[asset.state]}>{t(`data.assetStates.${asset.state}`)}</Tag>
      </div>
      {!metadata && <Problem>{t('data.sellerAway')}</Problem>}
      <BuyCard offer={offer} />
      <PreviewCard asset={asset} />
      <div className={layout.pair}>
        <Card title={t('data.promised')}>
          {metadata?.report ? (
            <ReportFacts report={metadata.report} />
          ) : metadata?.media ? (
            <MediaFacts report={metadata.media} />
          ) : (
            <p className={layout.muted}>{t('data.noReport')}</p>
          )}
        </Card>
        {metadata && (
          <Card title={t('data.licence')}>
            <LicenceFacts licence={metadata.licence} description={metadata.description} />
          </Card>
        )}
      </div>
      <Card title={t('data.seller')}>
        <Facts
          items={[
            [t('data.name'), seller.name ?? '–'],
            [
              t('data.account'),
              <Link key="account" to={`/explorer/address/${seller.account}`}>{`${seller.account.slice(0, 10)}…`}</Link>,
            ],
            [t('data.soldSoFar'), seller.sold],
            [t('data.refunded'), `${seller.refunded} (${t('data.wrongKeys', { count: seller.wrongKeys })})`],
            [t('data.rating'), seller.stars === null ? '–' : `${seller.stars.toFixed(1)} ★`],
            [
              t('data.reports'),
              asset.reports.all === 0
                ? t('data.nothing')
                : t('data.reportsOf', { count: asset.reports.all, buyers: asset.reports.buyers }),
            ],
          ]}
        />
        {!mine && <ReportChoice asset={asset.id} />}
      </Card>
      <Card title={t('data.package')}>
        <Facts
          items={[
            [t('data.version'), `${current.version} (${dateTime(current.time * 1000, i18n.language)})`],
            [t('data.size'), metadata ? bytes(metadata.bytes) : '–'],
            [t('data.rows'), metadata?.rows ?? '–'],
            [t('data.files'), metadata ? <FileNames key="files" files={metadata.files} /> : '–'],
            ...(metadata?.base
              ? [[t('data.base'), `${metadata.base.name} (${metadata.base.hash.slice(0, 12)}…)`] as const]
              : []),
            [
              t('data.builtOn'),
              asset.parent === null ? (
                t('data.nothing')
              ) : (
                <Link key="parent" to={`/data/asset/${asset.parent}`}>
                  #{asset.parent}
                </Link>
              ),
            ],
            [t('data.royalty'), `${asset.royalty / 100} %`],
          ]}
        />
      </Card>
    </div>
  )
}

function BuyCard({ offer: { asset, here, metadata, mine } }: { readonly offer: OfferedAsset }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { wallet, balances } = useOverview()
  const { version } = asset.current
  const coming = useData()?.coming.find((it) => it.asset === asset.id && it.version === version)
  const buy = useApiMutation(async () => {
    await api.data.obtain({ asset: asset.id, version })
    if (await act({ kind: 'buyAsset', asset: asset.id, version, maxPrice: asset.price }))
      await navigate('/data/library')
  })
  const short = !isEnough(balances, asset.price)
  return (
    <Card title={t('data.price')} hero>
      <div className={layout.between}>
        <span className={layout.big}>{shortCoins(asset.price, 6)}</span>
        {mine ? (
          <Tag tone="plain">{t('data.you')}</Tag>
        ) : (
          <Button
            kind="primary"
            disabled={buy.isPending || asset.state !== 'listed' || wallet.state !== 'open' || short}
            onClick={() => buy.mutate()}
          >
            {t(here ? 'data.buy' : 'data.fetchAndBuy')}
          </Button>
        )}
      </div>
      <p className={layout.muted}>
        {t(here ? 'data.buyTextHere' : 'data.buyText', { size: metadata ? bytes(metadata.bytes) : '–' })}
      </p>
      {coming && (
        <>
          <Progress
            share={coming.of === 0 ? 0 : coming.bytes / coming.of}
            label={t('data.fetching', { done: bytes(coming.bytes), of: bytes(coming.of) })}
          />
          <Link to="/tasks">{t('tasks.title')}</Link>
        </>
      )}
      {short && !mine && (
        <p className={layout.muted}>
          {t('data.tooPoor')} <Link to="/wallet">{t('nav.wallet')}</Link>
        </p>
      )}
      {buy.errorText && <Problem>{buy.errorText}</Problem>}
    </Card>
  )
}

function PreviewCard({ asset: { id, current } }: { readonly asset: OfferedAsset['asset'] }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const preview = useQuery(query.data.preview.queryOptions({ input: { asset: id }, retry: upTo(3) }))
  if (current.count === 0) return null
  return (
    <Card title={t('data.preview')} aside={preview.data && <Tag tone="ok">{t('data.proven')}</Tag>}>
      {preview.error ? (
        <Problem>{errorText(preview.error)}</Problem>
      ) : !preview.data ? (
        <Skeleton label={t('common.loading')} />
      ) : (
        <div className={layout.stack}>
          <p className={layout.muted}>{t('data.previewText', { count: preview.data.segments, of: current.count })}</p>
          <ShownRows drawn={preview.data} />
        </div>
      )}
    </Card>
  )
}

function ReportChoice({ asset }: { readonly asset: number }) {
  const { t } = useTranslation()
  const [reason, setReason] = useState<(typeof reportReasons)[number]>('personal')
  const report = useApiMutation(() => act({ kind: 'reportAsset', asset, reason }))
  return (
    <div className={layout.row}>
      <Choice
        label={t('data.reportWhy')}
        value={reason}
        options={reportReasons}
        nameOf={(item) => t(`data.reasons.${item}`)}
        onChoose={setReason}
      />
      <Button disabled={report.isPending} onClick={() => report.mutate()}>
        {t('data.report')}
      </Button>
      {report.errorText && <Problem>{report.errorText}</Problem>}
    </div>
  )
}
