import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TableDetail } from '../../../../common/api/tables.ts'
import type { Pipeline, PipelineColumn } from '../../../../common/model/pipeline.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { SelectField } from '../../../ui/field.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { saveTableFile } from './save-table-file.ts'

const MISSING: Readonly<Record<PipelineColumn['kind'], readonly PipelineColumn['missing'][]>> = {
  number: ['mean', 'median', 'mode', 'drop'],
  category: ['category', 'mode', 'drop'],
  text: ['mode', 'drop'],
}
const USES = ['feature', 'ignore'] as const
const KINDS = ['number', 'category', 'text'] as const
const SCALES = ['standard', 'range', 'none'] as const

/** How each column is treated, and what the table became. */
export function PipelineCard({
  detail: { table, profile, pipeline: kept, prepared },
  onChanged,
}: {
  readonly detail: TableDetail
  readonly onChanged: () => Promise<unknown>
}) {
  const { t } = useTranslation()
  const [pipeline, setPipeline] = useState<Pipeline | null>(kept)
  const suggest = useApiMutation(async (target: string) =>
    setPipeline(await api.tables.suggest({ id: table.id, target })),
  )
  const prepare = useApiMutation(async () => {
    await api.tables.prepare({ id: table.id, pipeline: pipeline! })
    await onChanged()
  })
  const save = useApiMutation((name: 'tensors.safetensors' | 'pipeline.json') => saveTableFile(table.id, name))
  const change = (name: string, fields: Partial<PipelineColumn>) =>
    setPipeline(
      (old) =>
        old && {
          ...old,
          columns: old.columns.map((column) => (column.name === name ? { ...column, ...fields } : column)),
        },
    )
  const target = pipeline?.columns.find(({ use }) => use === 'target')?.name ?? ''
  const error = suggest.errorText ?? prepare.errorText ?? save.errorText
  return (
    <Card title={t('tables.pipeline')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('tables.pipelineText')}</p>
        <SelectField label={t('tables.target')} value={target} onChange={(event) => suggest.mutate(event.target.value)}>
          <option value="" disabled>
            {t('tables.choose')}
          </option>
          {profile.columns.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </SelectField>
        {pipeline && (
          <Table
            caption={t('tables.pipeline')}
            columns={[t('tables.column'), t('tables.use'), t('tables.kind'), t('tables.missing'), t('tables.scale')]}
            rows={pipeline.columns}
            keyOf={({ name }) => name}
            cells={({ name, use, kind, missing, scale }) => [
              name,
              use === 'target' ? (
                t('tables.uses.target')
              ) : (
                <Choice
                  key="use"
                  label={`${t('tables.use')}: ${name}`}
                  value={use}
                  options={USES}
                  nameOf={(option) => t(`tables.uses.${option}`)}
                  onChoose={(option) => change(name, { use: option })}
                />
              ),
              <Choice
                key="kind"
                label={`${t('tables.kind')}: ${name}`}
                value={kind}
                options={use === 'target' ? KINDS.slice(0, 2) : KINDS}
                nameOf={(option) => t(`tables.kinds.${option}`)}
                onChoose={(option) =>
                  change(name, {
                    kind: option,
                    missing: MISSING[option].includes(missing) ? missing : MISSING[option][0]!,
                    size: option === 'text' ? 256 : 64,
                  })
                }
              />,
              use === 'target' ? (
                t('tables.fills.drop')
              ) : (
                <Choice
                  key="missing"
                  label={`${t('tables.missing')}: ${name}`}
                  value={missing}
                  options={MISSING[kind]}
                  nameOf={(option) => t(`tables.fills.${option}`)}
                  onChoose={(option) => change(name, { missing: option })}
                />
              ),
              kind === 'number' && use === 'feature' ? (
                <Choice
                  key="scale"
                  label={`${t('tables.scale')}: ${name}`}
                  value={scale}
                  options={SCALES}
                  nameOf={(option) => t(`tables.scales.${option}`)}
                  onChoose={(option) => change(name, { scale: option })}
                />
              ) : (
                '–'
              ),
            ]}
          />
        )}
        {error && <Problem>{error}</Problem>}
        <div className={layout.row}>
          <Button kind="primary" disabled={!pipeline || prepare.isPending} onClick={() => prepare.mutate()}>
            {t(prepared ? 'tables.prepareAgain' : 'tables.prepare')}
          </Button>
          {prepared &&
            (['tensors.safetensors', 'pipeline.json'] as const).map((name) => (
              <Button key={name} disabled={save.isPending} onClick={() => save.mutate(name)}>
                {name}
              </Button>
            ))}
        </div>
        {prepared && (
          <>
            <Facts
              items={[
                [t('tables.split'), t('tables.splitText', prepared.rows)],
                [t('tables.features'), prepared.features.length],
                [t('tables.classes'), prepared.classes?.join(', ') ?? t('tables.value')],
                [t('tables.hash'), <code key="hash">{prepared.sha256.slice(0, 24)}…</code>],
              ]}
            />
            <Table
              caption={t('tables.tensors')}
              columns={prepared.features.slice(0, 16)}
              rows={prepared.preview.map((cells, i) => ({ cells, i }))}
              keyOf={({ i }) => i}
              cells={({ cells }) => cells.map((value) => value.toFixed(3))}
            />
          </>
        )}
      </div>
    </Card>
  )
}
