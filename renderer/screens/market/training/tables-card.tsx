import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { dateTime } from '../../../lib/format.ts'
import { api, query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Empty, Problem } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { upload } from '../../../state/upload.ts'

/** Tables that were looked at here, and a place to hand in another. */
export function TablesCard() {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const tables = useQuery(query.tables.list.queryOptions()).data ?? []
  const [file, setFile] = useState<File | null>(null)
  const [share, setShare] = useState<number | null>(null)
  const create = useApiMutation(async () => {
    const { table } = await api.tables
      .create({ name: file!.name.slice(0, 80), upload: await upload([file!], setShare) })
      .finally(() => setShare(null))
    await navigate(`/train/table/${table.id}`)
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
        <TextField
          label={t('tables.file')}
          type="file"
          accept=".csv,.jsonl,.parquet"
          hint={t('tables.fileHint')}
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
        />
        {share !== null && <Progress share={share} label={t('train.sending')} />}
        {create.errorText && <Problem>{create.errorText}</Problem>}
        <div className={layout.row}>
          <Button disabled={!file || create.isPending} onClick={() => create.mutate()}>
            {t('tables.look')}
          </Button>
        </div>
      </div>
    </Card>
  )
}
