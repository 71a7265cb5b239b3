import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { licenceUses } from '../../../../common/model/data-names.ts'
import type { ReleaseTerms } from '../../../../common/model/dataset.ts'
import { useData } from '../../../state/data.ts'
import { useOverview } from '../../../state/overview.ts'
import { Button } from '../../../ui/button.tsx'
import { CheckField, SelectField, TextArea, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Problem } from '../../../ui/state.tsx'

/** What is sealed on which terms; as a new version of an asset, or as a new one. */
export interface Sealing {
  readonly terms: ReleaseTerms
  readonly asset: number | null
}

interface Props {
  readonly name: string
  readonly ready: boolean
  readonly busy: boolean
  readonly error: string | null
  /** Assets that it can be a new version of. */
  readonly assets: readonly { readonly id: number; readonly name: string }[]
  readonly onSeal: (sealing: Sealing) => void
  readonly children?: ReactNode
}

/** On what terms something is sold. */
export function TermsForm({ name: suggested, ready, busy, error, assets, onSeal, children }: Props) {
  const { t } = useTranslation()
  const { wallet } = useOverview()
  const sealing = useData()?.sealing
  const [name, setName] = useState(suggested)
  const [description, setDescription] = useState('')
  const [use, setUse] = useState<(typeof licenceUses)[number]>('train')
  const [redistribution, setRedistribution] = useState(false)
  const [term, setTerm] = useState('')
  const [royalty, setRoyalty] = useState('5')
  const [parent, setParent] = useState('')
  const [asset, setAsset] = useState('')
  const number = (text: string): number | null => (text === '' ? null : Math.round(Number(text)))
  return (
    <form
      className={layout.stack}
      onSubmit={(event) => {
        event.preventDefault()
        onSeal({
          terms: {
            name: name.trim(),
            description,
            licence: { use, redistribution, term: number(term) },
            royalty: Math.round(Number(royalty) * 100),
            parent: number(parent),
          },
          asset: number(asset),
        })
      }}
    >
      {children}
      <TextField
        label={t('data.title')}
        value={name}
        maxLength={120}
        required
        onChange={(event) => setName(event.target.value)}
      />
      <TextArea
        label={t('data.description')}
        hint={t('data.descriptionHint')}
        value={description}
        maxLength={4000}
        onChange={(event) => setDescription(event.target.value)}
      />
      <div className={layout.pair}>
        <SelectField
          label={t('data.licence')}
          value={use}
          onChange={(event) => setUse(event.target.value as typeof use)}
        >
          {licenceUses.map((item) => (
            <option key={item} value={item}>
              {t(`data.uses.${item}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t('data.term')}
          hint={t('data.termHint')}
          type="number"
          min={1}
          max={36_500}
          value={term}
          onChange={(event) => setTerm(event.target.value)}
        />
        <TextField
          label={t('data.royalty')}
          hint={t('data.royaltyHint')}
          type="number"
          min={0}
          max={20}
          step={0.01}
          required
          value={royalty}
          onChange={(event) => setRoyalty(event.target.value)}
        />
        <TextField
          label={t('data.parent')}
          hint={t('data.parentHint')}
          type="number"
          min={1}
          value={parent}
          onChange={(event) => setParent(event.target.value)}
        />
      </div>
      <CheckField
        label={t('data.redistribution')}
        checked={redistribution}
        onChange={(event) => setRedistribution(event.target.checked)}
      />
      {assets.length > 0 && (
        <SelectField label={t('data.asWhat')} value={asset} onChange={(event) => setAsset(event.target.value)}>
          <option value="">{t('data.newAsset')}</option>
          {assets.map(({ id, name: title }) => (
            <option key={id} value={id}>
              {t('data.newVersionOf', { name: title, id })}
            </option>
          ))}
        </SelectField>
      )}
      <p className={layout.tiny}>{t('data.revocation')}</p>
      {sealing && <Progress share={sealing.of === 0 ? 0 : sealing.bytes / sealing.of} label={t('data.sealing')} />}
      {error && <Problem>{error}</Problem>}
      <div className={layout.row}>
        <Button kind="primary" type="submit" disabled={busy || !ready || wallet.state !== 'open'}>
          {t('data.seal')}
        </Button>
        {wallet.state !== 'open' && <span className={layout.muted}>{t('data.walletFirst')}</span>}
      </div>
    </form>
  )
}
