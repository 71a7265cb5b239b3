import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Balance } from '../../../../common/api/profit.ts'
import { download } from '../../../lib/download.ts'
import { money, shortCoins } from '../../../lib/format.ts'
import { useSettings } from '../../../state/settings.ts'
import { api, query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { TariffForm } from './tariff-form.tsx'

const PERIODS = ['last24h', 'last7d', 'lifetime'] as const

/** What is left after the electricity, and what to ask for a second. */
export function ProfitCard({ className }: { readonly className: string | undefined }) {
  const { t, i18n } = useTranslation()
  const earn = useSettings()?.earn
  const view = useQuery({ ...query.profit.view.queryOptions(), refetchInterval: 10_000 }).data
  const ask = useApiMutation(
    async (price: bigint) => earn && api.system.changeSettings({ earn: { ...earn, price: price.toString() } }),
    [query.profit.key()],
  )
  const save = useApiMutation(async () =>
    download('hearth-profit.csv', new Blob([(await api.profit.csv({})).text], { type: 'text/csv' })),
  )
  if (!view || !earn) return <Skeleton label={t('common.loading')} />
  const { settings, floor, offers, orders, suggestion, watts, priceNow } = view
  const inCurrency = (nanos: bigint | null) => (nanos === null ? '–' : money(nanos, settings.currency, i18n.language))
  const energy = ({ joules, measured }: Balance) =>
    joules === null ? '–' : `${(joules / 3.6e6).toFixed(3)}\u2009kWh${measured ? '' : ` (${t('profit.estimated')})`}`
  const second = (units: bigint | null) => (units === null ? '–' : `${shortCoins(units, 9)}/s`)
  return (
    <Card
      title={t('profit.title')}
      className={className}
      aside={
        <Button kind="link" onClick={() => save.mutate()}>
          {t('earnings.csv')}
        </Button>
      }
    >
      <div className={layout.stack}>
        <Table
          caption={t('profit.title')}
          columns={['', t('profit.earned'), t('profit.energy'), t('profit.cost'), t('profit.net')]}
          rows={PERIODS}
          keyOf={(period) => period}
          cells={(period) => [
            t(`earnings.${period}`),
            shortCoins(view[period].earned, 6),
            energy(view[period]),
            inCurrency(view[period].cost),
            <b key="net">{inCurrency(view[period].net)}</b>,
          ]}
        />
        <Facts
          items={[
            [t('profit.yours'), second(view.price)],
            [t('profit.floor'), second(floor)],
            [
              t('profit.draws'),
              watts ? `${Math.round(watts.value)}\u2009W${watts.measured ? '' : ` (${t('profit.estimated')})`}` : '–',
            ],
            [
              t('profit.priceNow'),
              priceNow
                ? `${inCurrency(BigInt(priceNow.price) * 1000n)}/kWh${priceNow.told ? '' : ` (${t('profit.gap')})`}`
                : '–',
            ],
            ...(offers
              ? [
                  [
                    t('profit.offers', { count: offers.count }),
                    `${second(offers.p10)} · ${second(offers.median)} · ${second(offers.p90)}`,
                  ] as const,
                ]
              : []),
            ...(orders
              ? [
                  [
                    t('profit.orders', { count: orders.count }),
                    `${second(orders.p10)} · ${second(orders.median)} · ${second(orders.p90)}`,
                  ] as const,
                ]
              : []),
            [t('profit.suggested'), second(suggestion.price)],
          ]}
        />
        <p className={layout.muted}>{suggestion.reasons.map((reason) => t(`profit.reasons.${reason}`)).join(' ')}</p>
        {suggestion.price !== null && suggestion.price > 0n && suggestion.price !== view.price && (
          <div className={layout.row}>
            <Button disabled={ask.isPending} onClick={() => ask.mutate(suggestion.price!)}>
              {t('profit.use', { price: second(suggestion.price) })}
            </Button>
          </div>
        )}
        {(ask.errorText ?? save.errorText) && <Problem>{ask.errorText ?? save.errorText}</Problem>}
        <details>
          <summary>{t('profit.tariff')}</summary>
          <TariffForm saved={settings} />
        </details>
      </div>
    </Card>
  )
}
