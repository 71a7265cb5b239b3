import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { exportFormats, splitNames, type ExportFormat } from '../../../common/model/data-names.ts'
import type { DatasetRow } from '../../../common/model/dataset.ts'
import { download } from '../../lib/download.ts'
import { bytes } from '../../lib/format.ts'
import { readPieces } from '../../lib/pieces.ts'
import { api } from '../../state/transport.ts'
import { useAction } from '../../state/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { layout } from '../../ui/layout.tsx'
import { Problem } from '../../ui/state.tsx'

type Written = Awaited<ReturnType<typeof api.data.export>>

/** Writes what is left of a dataset for other programs, with splits and a card. */
export function ExportCard({ dataset: { id, name, cleaned } }: { readonly dataset: DatasetRow }) {
  const { t, i18n } = useTranslation()
  const [format, setFormat] = useState<ExportFormat>('parquet')
  const [validation, setValidation] = useState(10)
  const [test, setTest] = useState(10)
  const [licence, setLicence] = useState('other')
  const [written, setWritten] = useState<
    (Written & { /** A part that was wanted got nothing. */ readonly short: boolean }) | null
  >(null)
  const write = useAction(async () => {
    setWritten(null)
    const shares = { train: (100 - validation - test) / 100, validation: validation / 100, test: test / 100 }
    const done = await api.data.export({ id, request: { name, licence, format, shares, seed: '1' } })
    setWritten({ ...done, short: splitNames.some((split) => shares[split] > 0 && done.splits[split] === 0) })
  })
  const save = useAction(async (path: string) =>
    download(path.split('/').at(-1)!, await readPieces((offset) => api.data.exportedFile({ id, path, offset }))),
  )
  const share = (value: number, set: (value: number) => void, most: number) => ({
    type: 'number',
    min: 0,
    max: most,
    step: 1,
    value,
    onChange: (event: { readonly target: HTMLInputElement }) =>
      set(Math.max(0, Math.min(most, Math.round(event.target.valueAsNumber || 0)))),
  })
  return (
    <Card title={t('data.export.title')}>
      <form
        className={layout.stack}
        onSubmit={(event) => {
          event.preventDefault()
          write.run()
        }}
      >
        <p className={layout.muted}>{t('data.export.text')}</p>
        <div className={layout.pair}>
          <SelectField
            label={t('data.export.format')}
            value={format}
            onChange={(event) => setFormat(event.target.value as ExportFormat)}
          >
            {exportFormats.map((item) => (
              <option key={item} value={item}>
                {t(`data.export.formats.${item}`)}
              </option>
            ))}
          </SelectField>
          <TextField label={t('data.export.validation')} {...share(validation, setValidation, 100 - test)} />
          <TextField label={t('data.export.test')} {...share(test, setTest, 100 - validation)} />
          <TextField
            label={t('data.export.licence')}
            hint={t('data.export.licenceHint')}
            value={licence}
            maxLength={60}
            pattern="[a-z0-9][a-z0-9.\-]*"
            required
            onChange={(event) => setLicence(event.target.value)}
          />
        </div>
        {(write.error ?? save.error) && <Problem>{write.error ?? save.error}</Problem>}
        <div>
          <Button type="submit" disabled={write.busy || (cleaned?.items ?? 0) === 0}>
            {t('data.export.write')}
          </Button>
        </div>
        {written && (
          <div className={layout.tight} role="status">
            <span className={layout.muted}>{t('data.export.written', { folder: written.folder })}</span>
            <span>
              {splitNames
                .map(
                  (split) =>
                    `${t(`data.export.splits.${split}`)} ${new Intl.NumberFormat(i18n.language).format(written.splits[split])}`,
                )
                .join(' · ')}
            </span>
            {written.short && <span className={layout.muted}>{t('data.export.uncut')}</span>}
            <div className={layout.row}>
              {written.files.map(({ path, bytes: size }) => (
                <Button key={path} disabled={save.busy} onClick={() => save.run(path)}>
                  {t('data.export.save', { path })} · {bytes(size)}
                </Button>
              ))}
            </div>
          </div>
        )}
      </form>
    </Card>
  )
}
