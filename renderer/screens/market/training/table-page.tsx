import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import type { TableDetail } from '../../../../common/api/tables.ts'
import { api, query } from '../../../state/transport.ts'
import { useErrorText } from '../../../state/errors.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { BaselineCard } from './baseline-card.tsx'
import { ColumnsCard } from './columns-card.tsx'
import { PipelineCard } from './pipeline-card.tsx'
import { RemoveDialog } from '../../../app/remove-dialog.tsx'

/** One table: what it holds, how it becomes tensors, and how well a baseline learns from them. */
export function TablePage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const navigate = useNavigate()
  const client = useQueryClient()
  const errorText = useErrorText()
  const { data, error } = useQuery(query.tables.get.queryOptions({ input: { id } }))
  const [asking, setAsking] = useState(false)
  const refresh = () => client.invalidateQueries({ queryKey: query.tables.key() })
  const remove = useApiMutation(async () => {
    await api.tables.remove({ id })
    await refresh()
    await navigate('/train')
  })
  if (error) return <Problem>{errorText(error)}</Problem>
  if (!data) return <Skeleton label={t('common.loading')} />
  return (
    <div className={layout.stack}>
      <ColumnsCard
        detail={data}
        aside={
          <Button kind="link" onClick={() => setAsking(true)}>
            {t('train.remove')}
          </Button>
        }
      />
      <PreviewCard detail={data} />
      <PipelineCard key={data.prepared?.sha256 ?? 'new'} detail={data} onChanged={refresh} />
      {data.prepared && <BaselineCard detail={data} onChanged={refresh} />}
      <RemoveDialog
        name={data.table.name}
        text={t('tables.removeText')}
        open={asking}
        busy={remove.isPending}
        error={remove.errorText}
        onClose={() => setAsking(false)}
        onAgree={() => remove.mutate()}
      />
    </div>
  )
}

function PreviewCard({ detail: { profile } }: { readonly detail: TableDetail }) {
  const { t } = useTranslation()
  return (
    <Card title={t('tables.preview')}>
      <Table
        caption={t('tables.preview')}
        columns={profile.columns.map(({ name }) => name)}
        rows={profile.preview.slice(0, 8).map((cells, i) => ({ cells, i }))}
        keyOf={({ i }) => i}
        cells={({ cells }) => cells.map((cell) => cell?.slice(0, 60) ?? '·')}
      />
    </Card>
  )
}
