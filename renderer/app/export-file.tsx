import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { dateOrders, type DateOrder } from '../../common/model/data-names.ts'
import { upload } from '../state/upload.ts'
import { SelectField, TextField } from '../ui/field.tsx'
import { Progress } from '../ui/progress.tsx'

const LONGEST_NAME = 120

interface Given {
  /** Where the host keeps it; null is the sample that Hearth ships. */
  readonly upload: string | null
  readonly name: string
}
type ExportFile = ReturnType<typeof useExportFile>

/** A file that is brought in. If its dates could be read in two ways, it waits for the person's answer. */
export function useExportFile() {
  const [file, setFile] = useState<File | null>(null)
  const [share, setShare] = useState<number | null>(null)
  const [ambiguous, setAmbiguous] = useState<Given | null>(null)
  const [order, setOrder] = useState<DateOrder>('dmy')
  const choose = (chosen: File | null): void => {
    setFile(chosen)
    setAmbiguous(null)
  }
  /** @param sample the name of the sample, to read that instead */
  const read = async <T,>(
    bring: (given: Given & { readonly dateOrder: DateOrder | null }) => Promise<T>,
    sample?: string,
  ): Promise<T> => {
    const given =
      ambiguous ??
      (sample === undefined
        ? {
            upload: await upload(file ? [file] : [], setShare).finally(() => setShare(null)),
            name: (file?.name ?? '').replace(/\.\w+$/, '').slice(0, LONGEST_NAME),
          }
        : { upload: null, name: sample })
    try {
      const done = await bring({ ...given, dateOrder: ambiguous ? order : null })
      setAmbiguous(null)
      return done
    } catch (error) {
      if ((error as { code?: string }).code === 'AMBIGUOUS_DATES') setAmbiguous(given)
      throw error
    }
  }
  return {
    ready: file !== null || ambiguous !== null,
    share,
    asksForDates: ambiguous !== null,
    order,
    choose,
    setOrder,
    read,
  }
}

export function ExportFileField({ choose }: Pick<ExportFile, 'choose'>) {
  const { t } = useTranslation()
  return (
    <TextField
      label={t('data.file')}
      type="file"
      accept=".txt,.md,.json,.jsonl,.ndjson,.csv,.js,.mbox,.eml,.pdf,.html,.htm,.zip"
      hint={t('data.fileHint')}
      onChange={(event) => choose(event.target.files?.[0] ?? null)}
    />
  )
}

/** How far it is, and the question about its dates. */
export function ExportFileState({
  share,
  asksForDates,
  order,
  setOrder,
}: Pick<ExportFile, 'share' | 'asksForDates' | 'order' | 'setOrder'>) {
  const { t } = useTranslation()
  return (
    <>
      {asksForDates && (
        <SelectField
          label={t('data.dateOrder')}
          hint={t('data.dateOrderHint')}
          value={order}
          onChange={(event) => setOrder(event.target.value as DateOrder)}
        >
          {dateOrders.map((item) => (
            <option key={item} value={item}>
              {t(`data.dateOrders.${item}`)}
            </option>
          ))}
        </SelectField>
      )}
      {share !== null && <Progress share={share} label={t('data.reading')} />}
    </>
  )
}
