import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import * as z from 'zod'
import { FileField } from '../../../forms/file-field.tsx'
import { files } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { dateTime } from '../../../lib/format.ts'
import { api, query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Empty } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { upload } from '../../../state/upload.ts'

const Chosen = z.object({ files: files(1) })

/** Tables that were looked at here, and a place to hand in another. */
export function TablesCard() {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const tables = useQuery(query.tables.list.queryOptions()).data ?? []
  const [share, setShare] = useState<number | null>(null)
  const form = useSchemaForm({
    schema: Chosen,
    values: { files: null },
    save: async ({ files: chosen }) => {
      const given = await upload(chosen, setShare).finally(() => setShare(null))
      const { table } = await api.tables.create({
        name: chosen
          .map(({ name }) => name)
          .join(' ')
          .slice(0, 80),
        upload: given,
      })
      await navigate(`/train/table/${table.id}`)
    },
  })
  return (
    <Card title={t('tables.title')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('tables.text')}</p>
        {tables.length === 0 ? (
          <Empty>{t('tables.none')}</Empty>
        ) : (
          <Table
            caption={t('tables.title')}
            columns={[
              t('train.name'),
              t('tables.rows'),
              t('tables.columns'),
              t('tables.target'),
              t('tables.best'),
              t('train.created'),
            ]}
            rows={tables}
            keyOf={(table) => table.id}
            cells={(table) => [
              <Link key="name" to={`/train/table/${table.id}`}>
                {table.name}
              </Link>,
              table.rows.toLocaleString(i18n.language),
              table.columns,
              table.target ?? '–',
              table.best?.toFixed(3) ?? '–',
              dateTime(table.created, i18n.language),
            ]}
          />
        )}
        <Form form={form} kind="secondary" submit={t('tables.look')}>
          <FileField
            takes="table"
            label={t('tables.file')}
            accept=".csv,.jsonl,.parquet"
            hint={t('tables.fileHint')}
            {...form.field('files')}
          />
          {share !== null && <Progress share={share} label={t('train.sending')} />}
        </Form>
      </div>
    </Card>
  )
}
