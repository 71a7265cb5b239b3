import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import * as z from 'zod'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { dateTime, shortHash } from '../../../lib/format.ts'
import { query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { TransactionsTable } from './transactions-table.tsx'

/** Where a search term leads: a block number, a transaction hash or an address. */
function placeOf(term: string): string | null {
  if (/^\d{1,12}$/.test(term)) return `/explorer/block/${term}`
  if (/^0x[0-9a-fA-F]{64}$/.test(term)) return `/explorer/tx/${term}`
  if (/^0x[0-9a-fA-F]{40}$/.test(term)) return `/explorer/address/${term}`
  return null
}

const PAGE = 25

export function Explorer() {
  const { t, i18n } = useTranslation()
  const [before, setBefore] = useState<number | null>(null)
  const blocks = useQuery(query.explorer.blocks.queryOptions({ input: { before } })).data
  const last = blocks?.at(-1)
  const transactions = useQuery(query.explorer.transactions.queryOptions({ input: { before } })).data
  return (
    <div className={layout.stack}>
      <Card>
        <SearchForm />
      </Card>
      <Card title={t('explorer.transactions')}>
        {!transactions ? (
          <Skeleton label={t('common.loading')} />
        ) : transactions.length === 0 ? (
          <Empty>{t('explorer.none')}</Empty>
        ) : (
          <TransactionsTable rows={transactions} />
        )}
      </Card>
      <Card title={t('explorer.blocks')}>
        {!blocks ? (
          <Skeleton label={t('common.loading')} />
        ) : (
          <Table
            caption={t('explorer.blocks')}
            columns={[t('explorer.number'), t('transactions.hash'), t('explorer.count'), t('transactions.when')]}
            rows={blocks}
            keyOf={(block) => block.number}
            cells={(block) => [
              <Link key="number" to={`/explorer/block/${block.number}`}>
                {block.number}
              </Link>,
              <code key="hash">{shortHash(block.hash)}</code>,
              block.transactions,
              dateTime(block.time * 1000, i18n.language),
            ]}
          />
        )}
        <div className={layout.row}>
          <Button disabled={before === null} onClick={() => setBefore(null)}>
            {t('explorer.newest')}
          </Button>
          <Button disabled={(blocks?.length ?? 0) < PAGE} onClick={() => last && setBefore(last.number)}>
            {t('explorer.older')}
          </Button>
        </div>
      </Card>
    </div>
  )
}

const Search = z.object({
  place: z
    .string()
    .trim()
    .transform(placeOf)
    .refine((place) => place !== null, { params: { words: 'term' } }),
})

function SearchForm() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const form = useSchemaForm({
    schema: Search,
    values: { place: '' },
    save: async ({ place }) => place && navigate(place),
  })
  return (
    <search>
      <Form form={form} submit={t('explorer.go')}>
        <TextField label={t('explorer.search')} spellCheck={false} {...form.field('place')} />
      </Form>
    </search>
  )
}
