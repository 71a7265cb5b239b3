import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CurationChoices, DatasetRow } from '../../../../common/model/dataset.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { CheckField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'

const day = (time: number | null): string => (time === null ? '' : new Date(time).toISOString().slice(0, 10))
const DAY_MS = 86_400_000

/** What is left out altogether. */
export function FiltersCard({
  dataset: { choices },
  busy,
  onChoose,
}: {
  readonly dataset: DatasetRow
  readonly busy: boolean
  readonly onChoose: (choices: CurationChoices) => void
}) {
  const { t } = useTranslation()
  const [filters, setFilters] = useState(choices.filters)
  const change = (part: Partial<CurationChoices['filters']>): void => setFilters((old) => ({ ...old, ...part }))
  return (
    <Card title={t('data.filters')}>
      <form
        className={layout.stack}
        onSubmit={(event) => {
          event.preventDefault()
          onChoose({ ...choices, filters })
        }}
      >
        <div className={layout.pair}>
          <TextField
            label={t('data.from')}
            type="date"
            value={day(filters.from)}
            onChange={(event) => change({ from: event.target.valueAsNumber || null })}
          />
          <TextField
            label={t('data.to')}
            type="date"
            value={day(filters.to)}
            onChange={(event) =>
              change({ to: event.target.valueAsNumber ? event.target.valueAsNumber + DAY_MS - 1 : null })
            }
          />
          <TextField
            label={t('data.shortest')}
            type="number"
            min={0}
            max={10_000}
            value={filters.shortest}
            onChange={(event) =>
              change({ shortest: Math.max(0, Math.min(10_000, Math.round(event.target.valueAsNumber || 0))) })
            }
          />
          <TextField
            label={t('data.withoutAuthors')}
            hint={t('data.withoutAuthorsHint')}
            value={filters.authors.join(', ')}
            onChange={(event) => change({ authors: event.target.value.split(/,\s*/).filter(Boolean) })}
          />
        </div>
        <CheckField
          label={t('data.dropDuplicates')}
          checked={filters.duplicates}
          onChange={(event) => change({ duplicates: event.target.checked })}
        />
        <div>
          <Button type="submit" disabled={busy || JSON.stringify(filters) === JSON.stringify(choices.filters)}>
            {t('data.apply')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
