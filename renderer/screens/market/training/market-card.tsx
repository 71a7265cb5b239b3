import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { QuoteRow } from '../../../../common/api/jobs.ts'
import { Fulfilment } from '../../../app/fulfilment.tsx'
import { PaidWork } from '../../../app/paid-work.tsx'
import { duration, shortCoins } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { api, query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Problem } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'

/** Where else a run could be done: machines on the market, each with what it asks. */
export function MarketCard({ run }: { readonly run: string }) {
  const { t, i18n } = useTranslation()
  const others = useQuery(query.jobs.juror.queryOptions()).data?.others
  const [quotes, setQuotes] = useState<readonly QuoteRow[] | null>(null)
  const ask = useApiMutation(async () => {
    setQuotes(await api.jobs.quotes({ run }))
    // On the market the recipe has more checkpoints.
  }, [query.training.run.key({ input: { id: run } })])
  const order = useApiMutation(async ({ machine, terms }: QuoteRow) => {
    const { price, milestones, duration: longest } = terms!
    const { work } = await api.jobs.draft({ run, milestones })
    await act({ kind: 'openJob', machine: machine.id, price, milestones, duration: longest, work })
  })
  return (
    <Card title={t('hire.title')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('hire.text')}</p>
        {(ask.errorText ?? order.errorText) && <Problem>{ask.errorText ?? order.errorText}</Problem>}
        {others !== undefined && others < 3 && <p>{t('jury.few', { count: others })}</p>}
        {quotes?.length === 0 && <Empty>{t('hire.nobody')}</Empty>}
        {quotes !== null && quotes.length > 0 && (
          <Table
            caption={t('hire.title')}
            columns={[
              t('hire.machine'),
              t('hire.fulfilment'),
              t('market.paidWork'),
              t('hire.time'),
              t('hire.milestones'),
              t('hire.price'),
              '',
            ]}
            rows={quotes}
            keyOf={({ machine }) => machine.id}
            cells={(quote) => [
              `#${quote.machine.id}`,
              <Fulfilment key="fulfilled" machine={quote.machine} />,
              <PaidWork key="paid" machine={quote.machine} />,
              quote.terms ? duration(Math.ceil(quote.terms.seconds), i18n.language) : '–',
              quote.terms?.milestones ?? '–',
              quote.terms ? shortCoins(quote.terms.price * BigInt(quote.terms.milestones), 8) : '–',
              quote.terms ? (
                <Button key="order" kind="primary" disabled={order.isPending} onClick={() => order.mutate(quote)}>
                  {t('hire.order')}
                </Button>
              ) : (
                t(`errors.${quote.refusal!.code}` as 'errors.INTERNAL')
              ),
            ]}
          />
        )}
        <div className={layout.row}>
          <Button disabled={ask.isPending} onClick={() => ask.mutate()}>
            {t(ask.isPending ? 'hire.asking' : quotes ? 'hire.askAgain' : 'hire.ask')}
          </Button>
        </div>
      </div>
    </Card>
  )
}
