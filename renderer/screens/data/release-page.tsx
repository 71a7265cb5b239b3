import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import type { DataOverview } from '../../../common/api/data.ts'
import { formatCoins, parseCoins } from '../../../common/model/money.ts'
import { bytes, shortCoins } from '../../lib/format.ts'
import { act } from '../../state/act.ts'
import { useData } from '../../state/data.ts'
import { useOverview } from '../../state/overview.ts'
import { api, query } from '../../state/transport.ts'
import { useAction } from '../../state/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { TextField } from '../../ui/field.tsx'
import { Facts, layout } from '../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../ui/state.tsx'
import { Steps } from '../../ui/steps.tsx'
import { Tag } from '../../ui/tag.tsx'
import { FileNames } from './file-names.tsx'
import { LicenceFacts } from './licence-facts.tsx'
import { DrawnRows } from './drawn-rows.tsx'
import { assetTone } from './tones.ts'

type Entry = DataOverview['releases'][number]

/** A sealed release on its way to the market: published, its lot drawn, shown and listed. */
export function ReleasePage() {
  const { t } = useTranslation()
  const id = useParams()['id']!
  const data = useData()
  const entry = data?.releases.find(({ release }) => release.id === id)
  if (!data) return <Skeleton label={t('common.loading')} />
  return entry ? <Loaded entry={entry} /> : <Empty>{t('data.noSuchRelease')}</Empty>
}

function Loaded({ entry: { release, asset } }: { readonly entry: Entry }) {
  const { t } = useTranslation()
  const { metadata, version } = release
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
      {asset === null ? <PublishCard entry={{ release, asset }} /> : <ListingCard entry={{ release, asset }} />}
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
            [t('data.rows'), version.count],
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
  const publish = useAction(() => act({ kind: 'publishData', release: release.id }))
  const remove = useAction(async () => {
    await api.data.removeRelease({ id: release.id })
    await navigate('/data')
  })
  return (
    <Card title={t('data.publish')} hero>
      <div className={layout.stack}>
        <p>{t(release.version.count > 0 ? 'data.publishText' : 'data.publishTextNoRows')}</p>
        {(publish.error ?? remove.error) && <Problem>{publish.error ?? remove.error}</Problem>}
        <div className={layout.row}>
          <Button kind="primary" disabled={publish.busy || wallet.state !== 'open'} onClick={() => publish.run()}>
            {t('data.publishButton')}
          </Button>
          <Button disabled={remove.busy} onClick={() => remove.run()}>
            {t('data.discard')}
          </Button>
        </div>
      </div>
    </Card>
  )
}

function ListingCard({ entry: { asset, release } }: { readonly entry: Entry }) {
  const { t } = useTranslation()
  const { wallet } = useOverview()
  const { id, state, price, current } = asset!
  const draw = useQuery(query.data.draw.queryOptions({ input: { asset: id }, retry: 60, retryDelay: 1_000 }))
  const [wanted, setWanted] = useState(state === 'listed' ? formatCoins(price) : '')
  const [bad, setBad] = useState(false)
  const list = useAction(async () => {
    let units: bigint
    try {
      units = parseCoins(wanted)
    } catch {
      setBad(true)
      return
    }
    setBad(false)
    await act({ kind: 'listAsset', asset: id, price: units })
  })
  const unlist = useAction(() => act({ kind: 'unlistAsset', id }))
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
                  count: draw.data.rows.length,
                  of: release.version.count,
                })}
              </p>
              <DrawnRows preview={draw.data} />
            </>
          )
        )}
        <form
          className={layout.row}
          onSubmit={(event) => {
            event.preventDefault()
            list.run()
          }}
        >
          <TextField
            label={t('data.price')}
            hint={t('data.priceHint')}
            error={bad ? t('data.badPrice') : null}
            inputMode="decimal"
            required
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
          />
          <Button
            kind="primary"
            type="submit"
            disabled={!drawn || list.busy || wanted === '' || wallet.state !== 'open'}
          >
            {t(state === 'listed' ? 'data.reprice' : 'data.listButton')}
          </Button>
          {state === 'listed' && (
            <Button disabled={unlist.busy} onClick={() => unlist.run()}>
              {t('data.unlist')}
            </Button>
          )}
        </form>
        {(list.error ?? unlist.error) && <Problem>{list.error ?? unlist.error}</Problem>}
      </div>
    </Card>
  )
}
