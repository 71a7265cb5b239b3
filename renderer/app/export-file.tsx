import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { dateOrders, type DateOrder, type ImportFormat } from '../../common/model/data-names.ts'
import { ownTimeZone } from '../../common/model/time-zone.ts'
import { FileField } from '../forms/file-field.tsx'
import type { DropPlace } from '../lib/dropped.ts'
import { handOver, type BoughtFile } from '../state/bought.ts'
import { upload } from '../state/upload.ts'
import { SelectField } from '../ui/field.tsx'
import { Progress } from '../ui/progress.tsx'

const LONGEST_NAME = 120

interface Given {
  /** Where the host keeps it; null is the sample that Hearth ships. */
  readonly upload: string | null
  readonly name: string
}
type ExportFile = ReturnType<typeof useExportFile>

/** What a text file may be that does not tell. */
const textKinds = ['text', 'whatsapp', 'wechat'] as const satisfies readonly ImportFormat[]
type TextKind = (typeof textKinds)[number]
/** What is said of a file beside its name. */
interface Answers {
  readonly dateOrder: DateOrder | null
  readonly format: TextKind | null
  readonly zone: string | null
}

/**
 * A file that is brought in. If it could be read in two ways, it waits for the person's answer.
 * @param bought read instead of one that is chosen
 */
export function useExportFile(bought: BoughtFile | null = null) {
  const { t } = useTranslation()
  const [file, setFile] = useState<File | null>(null)
  const [share, setShare] = useState<number | null>(null)
  const [waiting, setWaiting] = useState<Given | null>(null)
  const [asks, setAsks] = useState({ dates: false, kind: false })
  const [order, setOrder] = useState<DateOrder>('dmy')
  const [kind, setKind] = useState<TextKind>('text')
  const [zone, setZone] = useState(ownTimeZone)
  const forget = (): void => {
    setWaiting(null)
    setAsks({ dates: false, kind: false })
  }
  const named = bought && t('data.bought.named', { name: bought.name, sale: bought.sale })
  const take = (): Promise<string> =>
    bought ? handOver(bought, 'remember') : upload(file ? [file] : [], setShare).finally(() => setShare(null))
  const choose = (chosen: File | null): void => {
    setFile(chosen)
    forget()
  }
  /** @param sample the name of the sample, to read that instead */
  const read = async <T,>(bring: (given: Given & Answers) => Promise<T>, sample?: string): Promise<T> => {
    const given =
      waiting ??
      (sample === undefined
        ? {
            upload: await take(),
            name: (named ?? file?.name.replace(/\.\w+$/, '') ?? '').slice(0, LONGEST_NAME),
          }
        : { upload: null, name: sample })
    try {
      const done = await bring({
        ...given,
        dateOrder: asks.dates ? order : null,
        format: asks.kind ? kind : null,
        zone: given.upload === null ? null : zone,
      })
      forget()
      return done
    } catch (error) {
      const { code } = error as { code?: string }
      if (code === 'AMBIGUOUS_DATES' || code === 'UNKNOWN_TEXT') {
        setWaiting(given)
        setAsks((asked) => ({
          dates: asked.dates || code === 'AMBIGUOUS_DATES',
          kind: asked.kind || code === 'UNKNOWN_TEXT',
        }))
      }
      throw error
    }
  }
  return {
    ready: bought !== null || file !== null || waiting !== null,
    share,
    asks,
    order,
    kind,
    zone,
    choose,
    setOrder,
    setKind,
    setZone,
    read,
  }
}

export function ExportFileField({ choose, takes }: Pick<ExportFile, 'choose'> & { readonly takes: DropPlace }) {
  const { t } = useTranslation()
  return (
    <FileField
      takes={takes}
      label={t('data.file')}
      accept=".txt,.md,.json,.jsonl,.ndjson,.csv,.js,.mbox,.eml,.pdf,.html,.htm,.zip"
      hint={t('data.fileHint')}
      onChange={(event) => choose(event.target.files?.[0] ?? null)}
    />
  )
}

/** How far it is, where its clock stood, and the questions that it leaves open. */
export function ExportFileState({
  share,
  asks,
  order,
  kind,
  zone,
  setOrder,
  setKind,
  setZone,
}: Omit<ExportFile, 'ready' | 'choose' | 'read'>) {
  const { t } = useTranslation()
  return (
    <>
      <SelectField
        label={t('data.zone')}
        hint={t('data.zoneHint')}
        value={zone}
        onChange={(event) => setZone(event.target.value)}
      >
        {[...new Set([ownTimeZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </SelectField>
      {asks.kind && (
        <SelectField
          label={t('data.textKind')}
          hint={t('data.textKindHint')}
          value={kind}
          onChange={(event) => setKind(event.target.value as TextKind)}
        >
          {textKinds.map((item) => (
            <option key={item} value={item}>
              {t(`data.textKinds.${item}`)}
            </option>
          ))}
        </SelectField>
      )}
      {asks.dates && (
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
