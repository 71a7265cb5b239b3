import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import * as z from 'zod'
import { AmountField } from '../../../forms/amount-field.tsx'
import { coins, MOST_PRICE, text } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { shortCoins } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { useData } from '../../../state/data.ts'
import { untilBack } from '../../../state/live.ts'
import { useOverview } from '../../../state/overview.ts'
import { api, query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { TextArea, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'

const stale = [query.data.requests.key()]

/** What people look for, each with a bounty that is held until somebody is chosen. */
export function RequestsCard() {
  const { t } = useTranslation()
  const { wallet } = useOverview()
  const requests = useQuery(query.data.requests.queryOptions({ ...untilBack, refetchInterval: 5_000 })).data
  const own = (useData()?.releases ?? []).flatMap(({ asset }) => (asset?.state === 'listed' ? [asset] : []))
  const step = useApiMutation((action: Parameters<typeof act>[0]) => act(action), stale)
  const take = useApiMutation(async ({ request, asset }: { request: number; asset: number }) => {
    const { current } = (await api.data.asset({ asset })).asset
    await api.data.obtain({ asset, version: current.version })
    await act({ kind: 'acceptAnswer', request, asset, version: current.version })
  })
  const problem = step.errorText ?? take.errorText
  return (
    <Card title={t('data.requests')}>
      <div className={layout.stack}>
        {!requests ? (
          <Skeleton label={t('common.loading')} />
        ) : requests.length === 0 ? (
          <Empty>{t('data.noRequests')}</Empty>
        ) : (
          <Table
            caption={t('data.requests')}
            columns={[t('data.wanted'), t('data.bounty'), t('data.state'), t('data.answers'), '']}
            rows={requests}
            keyOf={({ request }) => request.id}
            cells={({ request, brief, mine }) => [
              <span key="what">
                <b>{brief?.title ?? t('data.unnamed', { id: request.id })}</b>
                <br />
                <span className={layout.tiny}>{brief?.text}</span>
              </span>,
              shortCoins(request.bounty, 6),
              <Tag key="state" tone={request.state === 'open' ? 'wait' : request.state === 'met' ? 'ok' : 'plain'}>
                {t(`data.requestStates.${request.state}`)}
              </Tag>,
              <span key="answers" className={layout.row}>
                {request.answers.length === 0
                  ? '–'
                  : request.answers.map((asset) => (
                      <span key={asset} className={layout.row}>
                        <Link to={`/data/asset/${asset}`}>#{asset}</Link>
                        {mine && request.state === 'open' && (
                          <Button
                            disabled={take.isPending || wallet.state !== 'open'}
                            onClick={() => take.mutate({ request: request.id, asset })}
                          >
                            {t('data.take')}
                          </Button>
                        )}
                      </span>
                    ))}
              </span>,
              request.state !== 'open' ? null : mine ? (
                <Button
                  key="withdraw"
                  disabled={step.isPending}
                  onClick={() => step.mutate({ kind: 'withdrawRequest', id: request.id })}
                >
                  {t('data.withdraw')}
                </Button>
              ) : own.length > 0 ? (
                <Choice
                  key="answer"
                  label={t('data.answerWith')}
                  value=""
                  options={['', ...own.map(({ id }) => String(id))]}
                  nameOf={(id) => (id === '' ? t('data.answerWith') : `#${id}`)}
                  onChoose={(id) =>
                    id !== '' && step.mutate({ kind: 'answerRequest', request: request.id, asset: Number(id) })
                  }
                />
              ) : null,
            ]}
          />
        )}
        {problem && <Problem>{problem}</Problem>}
        <AskForm />
      </div>
    </Card>
  )
}

const requestOf = (most: bigint | null) =>
  z.object({
    title: text(120),
    text: z.string().max(4000),
    bounty: coins(1n, most === null ? MOST_PRICE : { units: most, words: 'balance' }),
  })
const nothing = { title: '', text: '', bounty: '' }

function AskForm() {
  const { t } = useTranslation()
  const { balances, wallet } = useOverview()
  // What the market lacks is moved there from the wallet.
  const most = balances === null || balances.wallet === null ? null : balances.market + balances.wallet
  const form = useSchemaForm({
    schema: requestOf(most),
    values: nothing,
    save: async ({ bounty, ...words }) => {
      const { brief } = await api.data.prepareRequest(words)
      if (await act({ kind: 'openRequest', bounty, brief })) form.reset(nothing)
    },
    stale,
  })
  return (
    <Form form={form} kind="secondary" submit={t('data.ask')} disabled={wallet.state !== 'open'}>
      <div className={layout.pair}>
        <TextField label={t('data.lookingFor')} maxLength={120} {...form.field('title')} />
        <AmountField
          label={t('data.bounty')}
          hint={t('data.bountyHint')}
          {...form.field('bounty')}
          most={most}
          onMost={(all) => form.set('bounty', all)}
        />
      </div>
      <TextArea label={t('data.briefText')} maxLength={4000} {...form.field('text')} />
    </Form>
  )
}
