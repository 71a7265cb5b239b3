import { useTranslation } from 'react-i18next'
import { COIN_SYMBOL } from '../../../../common/model/money.ts'
import { CheckField, SelectField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { histories, type OfferSearch } from './offer-search.ts'

interface Props {
  readonly search: OfferSearch
  /** What is wrong with a field. */
  readonly wrong: { readonly memory: string | null; readonly hour: string | null }
  readonly onChange: (part: Partial<OfferSearch>) => void
}

/** What is looked for among the offers. */
export function OfferFilter({ search, wrong, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <div className={layout.pair} role="search" aria-label={t('market.filter')}>
      <TextField
        label={t('market.words')}
        type="search"
        value={search.words}
        onChange={({ target }) => onChange({ words: target.value })}
      />
      <TextField
        label={t('market.leastMemory')}
        inputMode="decimal"
        value={search.memory}
        error={wrong.memory}
        onChange={({ target }) => onChange({ memory: target.value })}
      />
      <TextField
        label={t('market.mostHour', { coin: COIN_SYMBOL })}
        inputMode="decimal"
        value={search.hour}
        error={wrong.hour}
        onChange={({ target }) => onChange({ hour: target.value })}
      />
      <SelectField
        label={t('market.history')}
        value={search.history}
        onChange={({ target }) => onChange({ history: target.value as OfferSearch['history'] })}
      >
        {histories.map((history) => (
          <option key={history} value={history}>
            {t(`market.histories.${history}`)}
          </option>
        ))}
      </SelectField>
      <CheckField
        label={t('market.withCard')}
        checked={search.card}
        onChange={({ target }) => onChange({ card: target.checked })}
      />
      <CheckField
        label={t('market.onlyFavourites')}
        checked={search.favourites}
        onChange={({ target }) => onChange({ favourites: target.checked })}
      />
    </div>
  )
}
