import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { TableDetail } from '../../../../common/api/tables.ts'
import { percent } from '../../../lib/format.ts'
import { Card } from '../../../ui/card.tsx'
import { Histogram } from '../../../ui/histogram.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Table } from '../../../ui/table.tsx'

type Column = TableDetail['profile']['columns'][number]

/** Statistics of every column. */
export function ColumnsCard({
  detail: { table, profile },
  aside,
}: {
  readonly detail: TableDetail
  readonly aside: ReactNode
}) {
  const { t, i18n } = useTranslation()
  const figure = new Intl.NumberFormat(i18n.language, { maximumSignificantDigits: 5 })
  const about = ({ numbers, top }: Column): string =>
    numbers
      ? t('tables.numbers', {
          least: figure.format(numbers.least),
          most: figure.format(numbers.most),
          mean: figure.format(numbers.mean),
          median: figure.format(numbers.median),
          deviation: figure.format(numbers.deviation),
        })
      : top
          .slice(0, 4)
          .map(({ value, count }) => `${value.slice(0, 30)} (${count})`)
          .join(', ')
  return (
    <Card title={table.name} aside={aside}>
      <div className={layout.stack}>
        <p className={layout.muted}>
          {t('tables.size', { rows: table.rows.toLocaleString(i18n.language), columns: table.columns })}
        </p>
        <Table
          caption={t('tables.columns')}
          columns={[
            t('tables.column'),
            t('tables.kind'),
            t('tables.missing'),
            t('tables.distinct'),
            t('tables.spread'),
            t('tables.about'),
          ]}
          rows={profile.columns}
          keyOf={({ name }) => name}
          cells={(column) => [
            column.name,
            t(`tables.kinds.${column.kind}`),
            percent(column.missing / table.rows, i18n.language),
            column.distinct.toLocaleString(i18n.language),
            <Histogram
              key="spread"
              counts={column.numbers?.histogram ?? column.top.map(({ count }) => count)}
              label={about(column)}
            />,
            about(column),
          ]}
        />
      </div>
    </Card>
  )
}
