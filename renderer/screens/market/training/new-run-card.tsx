import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import * as z from 'zod'
import type { BaseRow } from '../../../../common/api/training.ts'
import { methodNames, presetNames } from '../../../../common/model/recipe-presets.ts'
import { PresetField } from '../../../app/preset-field.tsx'
import { BoughtField } from '../../../forms/bought-field.tsx'
import { FileField } from '../../../forms/file-field.tsx'
import { files } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { PathForm } from '../../../forms/path-form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { rate } from '../../../lib/format.ts'
import { handOver, useBoughtFile } from '../../../state/bought.ts'
import { api, query } from '../../../state/transport.ts'
import { upload } from '../../../state/upload.ts'
import { Card } from '../../../ui/card.tsx'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Skeleton } from '../../../ui/state.tsx'

const LENGTHS = [64, 128, 256, 512, 1024, 2048] as const
const LONGEST_NAME = 80
const Run = z.object({
  name: z.string().trim().max(LONGEST_NAME),
  files: files(0),
  base: z.string(),
  preset: z.enum(presetNames),
  method: z.enum(methodNames),
  sequenceLength: z.string().transform(Number),
  task: z.enum(['write', 'classify']),
  template: z.enum(['own', 'chatml', 'plain']),
})

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
  const navigate = useNavigate()
  const { bought, forget } = useBoughtFile()
  const [share, setShare] = useState<number | null>(null)
  const form = useSchemaForm({
    schema: Run,
    values: {
      name: '',
      files: null,
      base: newest.path,
      preset: 'balanced',
      method: 'lora',
      sequenceLength: '128',
      task: 'write',
      template: 'own',
    },
    save: async ({ name, files: chosen, task, template, ...run }) => {
      const uploads = bought ? [await handOver(bought, 'train')] : []
      for (const file of bought ? [] : chosen)
        uploads.push(await upload([file], setShare).finally(() => setShare(null)))
      const { id } = await api.training.create({
        ...run,
        name: name || bought?.name.slice(0, LONGEST_NAME) || t('train.unnamed'),
        uploads,
        demoData: uploads.length === 0,
        classify: task === 'classify',
        ...(template === 'own' ? {} : { template }),
      })
      await navigate(`/train/${id}`)
    },
  })
  const base = bases.find(({ path }) => path === form.value('base')) ?? newest
  const method = form.value('method')
  const names = [...(form.value('files') ?? [])].map(({ name }) => name)
  return (
    <div className={layout.stack}>
      <Form form={form} submit={t('train.prepare')}>
        <p className={layout.muted}>{t('train.newText')}</p>
        <TextField
          label={t('train.name')}
          maxLength={LONGEST_NAME}
          placeholder={bought?.name.slice(0, LONGEST_NAME) ?? t('train.unnamed')}
          {...form.field('name')}
        />
        {bought ? (
          <BoughtField label={t('train.data')} bought={bought} onForget={forget} />
        ) : (
          <FileField
            label={t('train.data')}
            multiple
            accept=".jsonl,.csv,.parquet,.txt,.md"
            hint={names.length === 0 ? t('train.dataHint') : names.join(', ')}
            {...form.field('files')}
          />
        )}
        <SelectField
          label={t('train.base')}
          hint={`${base.type} · ${rate(base.parameters, '')} · ${t('train.context', { tokens: base.context })}`}
          {...form.field('base')}
          value={base.path}
        >
          {bases.map((item) => (
            <option key={item.path} value={item.path}>
              {item.demo ? t('train.demoBase') : item.name}
            </option>
          ))}
        </SelectField>
        <PresetField {...form.field('preset')} value={form.value('preset')} />
        <SelectField label={t('train.method')} hint={t(`train.methodHints.${method}`)} {...form.field('method')}>
          {methodNames.map((item) => (
            <option key={item} value={item}>
              {t(`train.methods.${item}`)}
            </option>
          ))}
        </SelectField>
        <SelectField label={t('train.length')} {...form.field('sequenceLength')}>
          {LENGTHS.filter((tokens) => tokens <= base.context).map((tokens) => (
            <option key={tokens} value={tokens}>
              {tokens}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('train.task')}
          {...form.field('task')}
          value={base.writesText ? form.value('task') : 'classify'}
          disabled={!base.writesText}
        >
          <option value="write">{t('train.write')}</option>
          <option value="classify">{t('train.classify')}</option>
        </SelectField>
        {base.writesText && form.value('task') === 'write' && (
          <SelectField label={t('train.template')} hint={t('train.templateHint')} {...form.field('template')}>
            <option value="own">{t('train.templates.own')}</option>
            <option value="chatml">{t('train.templates.chatml')}</option>
            <option value="plain">{t('train.templates.plain')}</option>
          </SelectField>
        )}
        {share !== null && <Progress share={share} label={t('train.sending')} />}
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
