import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Recomputed } from '../../../../common/api/explorer.ts'
import { outcomeOf } from '../../../../common/model/recomputed-names.ts'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { Value } from './value.tsx'

/** What came of a check: all in one sentence, then each thing with both of its values. */
export function CheckOutcome({ rows }: { readonly rows: readonly Recomputed[] }) {
  const { t } = useTranslation()
  if (rows.length === 0) return <p role="status">{t('explorer.nothingToCheck')}</p>
  return (
    <>
      <p role="status">
        <strong>{t(`explorer.outcomes.${outcomeOf(rows)}`)}</strong>
      </p>
      <Table
        caption={t('explorer.check')}
        columns={[t('explorer.what'), t('explorer.result'), t('explorer.here'), t('explorer.expected')]}
        reflows
        rows={rows}
        keyOf={({ what, of }) => `${what} ${of?.part} ${of?.number}`}
        cells={(row) => [
          nameOf(t, row),
          <Result key="result" row={row} />,
          <Side key="here" text={row.here} means={row.means} />,
          <Side key="said" text={row.said} means={row.means} />,
        ]}
      />
    </>
  )
}

const nameOf = (t: TFunction, { what, of }: Recomputed): string => {
  const name = t(`explorer.checked.${what}`)
  return of === null ? name : `${t(`explorer.numbered.${of.part}`, { of: of.number })} · ${name}`
}

function Result({ row: { here, said, why } }: { readonly row: Recomputed }) {
  const { t } = useTranslation()
  if (here === null || said === null) return <Tag tone="wait">{t(`explorer.unknown.${why ?? 'form'}`)}</Tag>
  return <Tag tone={here === said ? 'ok' : 'bad'}>{t(here === said ? 'explorer.isEqual' : 'explorer.isDifferent')}</Tag>
}

const Side = ({ text, means }: { readonly text: string | null; readonly means: Recomputed['means'] }) =>
  text === null ? '–' : <Value value={{ name: '', means, text }} />
