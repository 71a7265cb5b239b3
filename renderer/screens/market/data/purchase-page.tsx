import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { BoughtSale, KeptPurchase } from '../../../../common/api/data.ts'
import { bytes, dateTime, shortCoins } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { useData } from '../../../state/data.ts'
import { useOverview } from '../../../state/overview.ts'
import { useSayings } from '../../../state/sayings.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { BoughtCard } from './bought-card.tsx'
import { purchaseTone, saleTone } from './tones.ts'

const STARS = [1, 2, 3, 4, 5] as const

/** One purchase: where the money is, where the data is, and what can be done about either. */
export function PurchasePage({ id }: { readonly id: number }) {
  const { t } = useTranslation()
  const data = useData()
  const item = data?.bought.find(({ sale }) => sale.id === id)
  if (!data) return <Skeleton label={t('common.loading')} />
  const kept = data.kept.find(({ sale }) => sale === id)
  if (kept) return <Kept item={kept} />
  return item ? <Loaded item={item} /> : <Empty>{t('data.noSuchPurchase')}</Empty>
}

/** What was bought on a network that was left: nothing but its files. */
function Kept({ item: { sale, name } }: { readonly item: KeptPurchase }) {
  const { t } = useTranslation()
  return (
    <div className={layout.stack}>
      <h2>{name}</h2>
      <p className={layout.muted}>{t('data.formerPurchasesText')}</p>
      <BoughtCard sale={sale} name={name} />
    </div>
  )
}

function Loaded({ item: { sale, own } }: { readonly item: BoughtSale }) {
  const { t, i18n } = useTranslation()
  const sayings = useSayings()
  const { wallet } = useOverview()
  const step = useApiMutation((action: Parameters<typeof act>[0]) => act(action))
  const locked = step.isPending || wallet.state !== 'open'
  return (
    <div className={layout.stack}>
      <div className={layout.between}>
        <h2>{own?.name ?? t('data.unnamed', { id: sale.asset })}</h2>
        {own && <Tag tone={purchaseTone[own.state]}>{t(`data.purchaseStates.${own.state}`)}</Tag>}
      </div>
      {own?.reason && <Problem>{sayings.job(own.reason)}</Problem>}
      {own && own.state === 'opened' && (
        <Progress
          share={own.of === 0 ? 0 : own.bytes / own.of}
          label={t('data.fetching', { done: bytes(own.bytes), of: bytes(own.of) })}
        />
      )}
      {own?.path && <BoughtCard sale={sale.id} name={own.name} />}
      <Card title={t('data.money')} aside={<Tag tone={saleTone[sale.state]}>{t(`data.saleStates.${sale.state}`)}</Tag>}>
        <div className={layout.stack}>
          <p className={layout.muted}>{t(`data.saleTexts.${sale.state}`)}</p>
          <Facts
            items={[
              [t('data.price'), shortCoins(sale.price, 8)],
              [t('data.until'), sale.until === null ? '–' : dateTime(sale.until * 1000, i18n.language)],
              [
                t('data.asset'),
                <Link
                  key="asset"
                  to={`/data/asset/${sale.asset}`}
                >{`#${sale.asset}, ${t('data.version')} ${sale.version}`}</Link>,
              ],
              ...sale.transactions.map(
                ({ event, hash }) =>
                  [
                    t(`data.events.${event as 'SalePaid'}`),
                    <Link key={hash} to={`/explorer/tx/${hash}`}>{`${hash.slice(0, 10)}…`}</Link>,
                  ] as const,
              ),
            ]}
          />
          <div className={layout.row}>
            {sale.state === 'delivered' && (
              <>
                <Button
                  kind="primary"
                  disabled={locked}
                  onClick={() => step.mutate({ kind: 'finaliseSale', id: sale.id })}
                >
                  {t('data.content')}
                </Button>
                {/* A key that has opened the data is right. */}
                {own?.state !== 'owned' && (
                  <Button disabled={locked} onClick={() => step.mutate({ kind: 'complainSale', id: sale.id })}>
                    {t('data.complain')}
                  </Button>
                )}
              </>
            )}
            {sale.state === 'final' && sale.stars === null && (
              <span className={layout.row}>
                {t('data.rate')}
                {STARS.map((stars) => (
                  <Button
                    key={stars}
                    disabled={locked}
                    aria-label={t('data.stars', { count: stars })}
                    onClick={() => step.mutate({ kind: 'rateSale', sale: sale.id, stars })}
                  >
                    {stars} ★
                  </Button>
                ))}
              </span>
            )}
            {sale.stars !== null && <span>{t('data.rated', { stars: sale.stars })}</span>}
          </div>
          {step.errorText && <Problem>{step.errorText}</Problem>}
        </div>
      </Card>
      {own && own.log.length > 0 && (
        <Card title={t('data.log')}>
          <Table
            caption={t('data.log')}
            columns={[t('transactions.when'), t('data.what')]}
            rows={own.log}
            keyOf={({ seq }) => seq}
            cells={(line) => [dateTime(line.time, i18n.language), sayings.line(line)]}
          />
        </Card>
      )}
    </div>
  )
}
