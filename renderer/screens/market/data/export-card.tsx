import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { exportFormats, splitNames } from '../../../../common/model/data-names.ts'
import { ExportOptions, type DatasetRow } from '../../../../common/model/dataset.ts'
import { number } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { download } from '../../../lib/download.ts'
import { bytes } from '../../../lib/format.ts'
import { readPieces } from '../../../lib/pieces.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

type Written = Awaited<ReturnType<typeof api.data.export>>

const { licence } = ExportOptions.shape
const percent = number(z.int().min(0).max(100))
const Wanted = z
  .object({ format: z.enum(exportFormats), validation: percent, test: percent, licence })
  .refine(({ validation, test }) => validation + test <= 100, { path: ['test'], params: { words: 'shares' } })
  .transform(({ validation, test, ...rest }) => ({
    ...rest,
    shares: {
      train: (100 - validation - test) / 100,
      validation: validation / 100,
      test: test / 100,
    },
  }))

/** Writes what is left of a dataset for other programs, with splits and a card. */
export function ExportCard({ dataset: { id, name, cleaned } }: { readonly dataset: DatasetRow }) {
  const { t, i18n } = useTranslation()
  const [written, setWritten] = useState<
    (Written & { /** A part that was wanted got nothing. */ readonly short: boolean }) | null
  >(null)
  const form = useSchemaForm({
    schema: Wanted,
    values: { format: 'parquet', validation: '10', test: '10', licence: 'other' },
    save: async ({ format, licence, shares }) => {
      setWritten(null)
      const done = await api.data.export({ id, request: { name, licence, format, shares, seed: '1' } })
      setWritten({ ...done, short: splitNames.some((split) => shares[split] > 0 && done.splits[split] === 0) })
    },
  })
  const save = useApiMutation(async (path: string) =>
    download(path.split('/').at(-1) ?? path, await readPieces((offset) => api.data.exportedFile({ id, path, offset }))),
  )
  return (
    <Card title={t('data.export.title')}>
      <div className={layout.stack}>
        <Form form={form} kind="secondary" submit={t('data.export.write')} disabled={(cleaned?.items ?? 0) === 0}>
          <p className={layout.muted}>{t('data.export.text')}</p>
          <div className={layout.pair}>
            <SelectField label={t('data.export.format')} {...form.field('format')}>
              {exportFormats.map((item) => (
                <option key={item} value={item}>
                  {t(`data.export.formats.${item}`)}
                </option>
              ))}
            </SelectField>
            <TextField label={t('data.export.validation')} inputMode="numeric" {...form.field('validation')} />
            <TextField label={t('data.export.test')} inputMode="numeric" {...form.field('test')} />
            <TextField
              label={t('data.export.licence')}
              hint={t('data.export.licenceHint')}
              maxLength={60}
              {...form.field('licence', t('forms.licence'))}
            />
          </div>
        </Form>
        {save.errorText && <Problem>{save.errorText}</Problem>}
        {written && (
          <div className={layout.tight} role="status">
            <span className={layout.muted}>{t('data.export.written', { folder: written.folder })}</span>
            <span>
              {splitNames
                .map(
                  (split) =>
                    `${t(`data.export.splits.${split}`)} ${written.splits[split].toLocaleString(i18n.language)}`,
                )
                .join(' · ')}
            </span>
            {written.short && <span className={layout.muted}>{t('data.export.uncut')}</span>}
            <div className={layout.row}>
              {written.files.map(({ path, bytes: size }) => (
                <Button key={path} disabled={save.isPending} onClick={() => save.mutate(path)}>
                  {t('data.export.save', { path })} · {bytes(size)}
                </Button>
              ))}
            </div>
          </div>
        )}
      </div>
    </Card>
  )
}
