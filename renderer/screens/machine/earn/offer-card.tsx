import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Config } from '../../../../common/model/config.ts'
import { formatCoins, parseCoins } from '../../../../common/model/money.ts'
import { shortCoins } from '../../../lib/format.ts'
import { useOverview } from '../../../state/overview.ts'
import { useSettings } from '../../../state/settings.ts'
import { api, query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { CheckField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

export function OfferCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const settings = useSettings()
  return (
    <Card title={t('offer.title')} className={className}>
      {settings && <OfferForm key={settings.earn.price + settings.earn.maxSeconds} earn={settings.earn} />}
    </Card>
  )
}

function OfferForm({ earn }: { readonly earn: Config['earn'] }) {
  const { t } = useTranslation()
  const { earning } = useOverview()
  const prices = useQuery(query.market.prices.queryOptions()).data
  const [price, setPrice] = useState(formatCoins(BigInt(earn.price)))
  const [minutes, setMinutes] = useState(String(Math.round(earn.maxSeconds / 60)))
  const [training, setTraining] = useState(earn.training)
  const units = tryParse(price)
  const longest =
    /^\d{1,6}$/.test(minutes) && Number(minutes) >= 1 && Number(minutes) <= 43_200 ? Number(minutes) * 60 : null
  const save = useApiMutation(() =>
    api.system.changeSettings({ earn: { ...earn, price: String(units), maxSeconds: longest!, training } }),
  )
  const start = useApiMutation(() => api.earn.start({}))
  const stop = useApiMutation(() => api.earn.stop({}))
  const on = earning.kind !== 'stopped'
  return (
    <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), save.mutate())}>
      <TextField
        label={t('offer.price')}
        inputMode="decimal"
        value={price}
        error={units === null ? t('balances.badAmount') : null}
        hint={
          prices
            ? t('offer.prices', {
                low: shortCoins(prices.low, 6),
                median: shortCoins(prices.median, 6),
                high: shortCoins(prices.high, 6),
                count: prices.offers,
              })
            : t('offer.noPrices')
        }
        onChange={(event) => setPrice(event.target.value)}
      />
      <TextField
        label={t('offer.longest')}
        inputMode="numeric"
        value={minutes}
        error={longest === null ? t('offer.badMinutes') : null}
        onChange={(event) => setMinutes(event.target.value)}
      />
      <CheckField
        label={t('offer.training')}
        hint={t('offer.trainingHint')}
        checked={training}
        onChange={(event) => setTraining(event.target.checked)}
      />
      <p className={layout.muted}>{t('offer.agree')}</p>
      {(save.errorText ?? start.errorText ?? stop.errorText) && (
        <Problem>{save.errorText ?? start.errorText ?? stop.errorText}</Problem>
      )}
      <div className={layout.row}>
        <Button type="submit" disabled={save.isPending || units === null || longest === null}>
          {t('offer.save')}
        </Button>
        {on ? (
          <Button kind="primary" onClick={() => stop.mutate()}>
            {t('hero.pause')}
          </Button>
        ) : (
          <Button
            kind="primary"
            disabled={earning.reason !== 'paused-by-you' && earning.reason !== 'snoozed'}
            onClick={() => start.mutate()}
          >
            {t('hero.start')}
          </Button>
        )}
        <span className={layout.muted}>
          {earning.kind === 'earning' ? t('earning.earning') : t(`reasons.${earning.reason}`)}
        </span>
      </div>
    </form>
  )
}

function tryParse(text: string): bigint | null {
  try {
    return parseCoins(text)
  } catch {
    return null
  }
}
