import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { BaseRow } from '../../../../common/api/training.ts'
import { BoughtField } from '../../../forms/bought-field.tsx'
import { FileField } from '../../../forms/file-field.tsx'
import { Form } from '../../../forms/form.tsx'
import { PathForm } from '../../../forms/path-form.tsx'
import { useBoughtFile } from '../../../state/bought.ts'
import { api, query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import { DataLookPart } from './data-look.tsx'
import { RunFields } from './run-fields.tsx'
import { LONGEST_NAME, useNewRun } from './use-new-run.ts'

/** Data, base model, method: then the run is prepared and measured before anything is decided. */
export function NewRunCard() {
  const { t } = useTranslation()
  const bases = useQuery(query.training.bases.queryOptions()).data
  const newest = bases?.at(-1)
  return (
    <Card title={t('train.new')}>
      {bases && newest ? <NewRun bases={bases} newest={newest} /> : <Skeleton label={t('common.loading')} />}
    </Card>
  )
}

function NewRun({ bases, newest }: { readonly bases: readonly BaseRow[]; readonly newest: BaseRow }) {
  const { t } = useTranslation()
  const { bought, forget } = useBoughtFile()
  const { form, share, unnamed, base, look } = useNewRun(bases, newest, bought)
  const names = [...(form.value('files') ?? [])].map(({ name }) => name)
  return (
    <div className={layout.stack}>
      <Form
        form={form}
        submit={t('train.prepare')}
        disabled={look.busy}
        beside={
          <Button disabled={look.busy || form.busy} onClick={look.start}>
            {t('train.look.start')}
          </Button>
        }
      >
        <p className={layout.muted}>{t('train.newText')}</p>
        <TextField label={t('train.name')} maxLength={LONGEST_NAME} placeholder={unnamed} {...form.field('name')} />
        {bought ? (
          <BoughtField label={t('train.data')} bought={bought} onForget={forget} />
        ) : (
          <FileField
            takes="run"
            label={t('train.data')}
            multiple
            accept=".jsonl,.csv,.parquet,.txt,.md"
            hint={names.length === 0 ? t('train.dataHint') : names.join(', ')}
            {...form.field('files')}
          />
        )}
        <RunFields form={form} bases={bases} base={base} />
        {share !== null && <Progress share={share} label={t('train.sending')} />}
        {look.busy && share === null && <Skeleton label={t('train.look.looking')} />}
        {look.problem && <Problem>{look.problem}</Problem>}
        {look.found && <DataLookPart look={look.found} />}
      </Form>
      <p className={layout.tiny}>{t('train.stays')}</p>
      <PathForm
        label={t('train.addBase')}
        hint={t('train.addBaseHint')}
        submit={t('train.add')}
        save={async (path) => form.set('base', (await api.training.addBase({ path })).path)}
        stale={[query.training.bases.key()]}
      />
    </div>
  )
}
