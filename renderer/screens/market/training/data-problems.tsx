import { useTranslation } from 'react-i18next'
import type { DataLook } from '../../../../common/model/data-look.ts'
import type { RowProblem } from '../../../../common/model/data-look-names.ts'
import { layout } from '../../../ui/layout.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'

/** What happens to such rows: nothing is trained, they are left out, or they are learnt and should be looked at. */
const tones: Readonly<Record<RowProblem, 'bad' | 'wait' | 'plain'>> = {
  refused: 'bad',
  columns: 'wait',
  empty: 'wait',
  cutAway: 'wait',
  long: 'plain',
  silent: 'wait',
  cut: 'plain',
  split: 'plain',
  duplicate: 'plain',
  characters: 'wait',
}
/** Those beside which more is known than their place: a reason, columns, the row before. */
const says: ReadonlySet<RowProblem> = new Set(['refused', 'columns', 'duplicate'])
const MOST_SAID = 3

/** What may be wrong with the rows, the worst first, with where. */
export function DataProblems({ problems }: Pick<DataLook, 'problems'>) {
  const { t, i18n } = useTranslation()
  const files = new Set(problems.flatMap(({ places }) => places.map(({ file }) => file)))
  const placeOf = ({ file, row }: { readonly file: string; readonly row: number }): string =>
    files.size > 1 ? `${file}: ${row}` : String(row)
  return (
    <Table
      reflows
      caption={t('train.look.problems')}
      columns={[t('train.look.problem'), t('train.look.count'), t('train.look.where')]}
      rows={problems}
      keyOf={({ kind }) => kind}
      cells={({ kind, count, places }) => [
        <span key="kind" className={layout.tight}>
          <span>
            <Tag tone={tones[kind]}>{t(`train.look.kinds.${kind}`)}</Tag>
          </span>
          <span className={layout.tiny}>{t(`train.look.does.${kind}`)}</span>
        </span>,
        count.toLocaleString(i18n.language),
        <span key="places" className={layout.tight} translate="no">
          <span className={layout.breaks}>
            {places.map(placeOf).join(', ')}
            {count > places.length && ' …'}
          </span>
          {says.has(kind) &&
            places.slice(0, MOST_SAID).map((place) => (
              <span key={placeOf(place)} className={`${layout.tiny} ${layout.breaks}`}>
                {`${placeOf(place)}: ${place.says ?? ''}`}
              </span>
            ))}
        </span>,
      ]}
    />
  )
}
