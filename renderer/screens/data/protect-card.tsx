import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { licenceUses } from '../../../common/model/data-names.ts'
import type { DatasetRow } from '../../../common/model/dataset.ts'
import { useData } from '../../state/data.ts'
import { useOverview } from '../../state/overview.ts'
import { api } from '../../state/transport.ts'
import { useAction } from '../../state/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { CheckField, SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { Facts, layout } from '../../ui/layout.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Problem } from '../../ui/state.tsx'

interface Props {
  readonly dataset: DatasetRow
  /** Assets that this dataset was sold as before; a new version of one keeps its buyers and its rating. */
  readonly assets: readonly { readonly id: number; readonly name: string }[]
}

/** Says exactly what would leave the machine and on what terms, and seals it. */
export function ProtectCard({ dataset, assets }: Props) {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const { wallet } = useOverview()
  const sealing = useData()?.sealing
  const [name, setName] = useState(dataset.name)
  const [description, setDescription] = useState('')
  const [use, setUse] = useState<(typeof licenceUses)[number]>('train')
  const [redistribution, setRedistribution] = useState(false)
  const [term, setTerm] = useState('')
  const [royalty, setRoyalty] = useState('5')
  const [parent, setParent] = useState('')
  const [asset, setAsset] = useState('')
  const seal = useAction(async () => {
    const terms = { name: name.trim(), description, licence: { use, redistribution, term: term === '' ? null : Math.round(Number(term)) }, royalty: Math.round(Number(royalty) * 100), parent: parent === '' ? null : Number(parent) }
    const release = await api.data.seal({ dataset: dataset.id, terms, asset: asset === '' ? null : Number(asset) })
    await navigate(`/data/release/${release.id}`)
  })
  const count = dataset.cleaned?.items ?? 0
  return (
    <Card title={t('data.protect')}>
      <form
        className={layout.stack}
        onSubmit={(event) => {
          event.preventDefault()
          seal.run()
        }}
      >
        <p className={layout.muted}>{t('data.protectText')}</p>
        <Facts
          items={[
            [t('data.leaves'), t('data.leavesItems', { items: count.toLocaleString(i18n.language) })],
            [t('data.leavesPublic'), t('data.leavesPublicText')],
            [t('data.leavesSealed'), t('data.leavesSealedText')],
            [t('data.staysHere'), t('data.staysHereText')],
          ]}
        />
        <TextField label={t('data.title')} value={name} maxLength={120} required onChange={(event) => setName(event.target.value)} />
        <TextArea label={t('data.description')} hint={t('data.descriptionHint')} value={description} maxLength={4000} onChange={(event) => setDescription(event.target.value)} />
        <div className={layout.pair}>
          <SelectField label={t('data.licence')} value={use} onChange={(event) => setUse(event.target.value as typeof use)}>
            {licenceUses.map((item) => (
              <option key={item} value={item}>
                {t(`data.uses.${item}`)}
              </option>
            ))}
          </SelectField>
          <TextField label={t('data.term')} hint={t('data.termHint')} type="number" min={1} max={36_500} value={term} onChange={(event) => setTerm(event.target.value)} />
          <TextField label={t('data.royalty')} hint={t('data.royaltyHint')} type="number" min={0} max={20} step={0.01} required value={royalty} onChange={(event) => setRoyalty(event.target.value)} />
          <TextField label={t('data.parent')} hint={t('data.parentHint')} type="number" min={1} value={parent} onChange={(event) => setParent(event.target.value)} />
        </div>
        <CheckField label={t('data.redistribution')} checked={redistribution} onChange={(event) => setRedistribution(event.target.checked)} />
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
        {seal.error && <Problem>{seal.error}</Problem>}
        <div className={layout.row}>
          <Button kind="primary" type="submit" disabled={seal.busy || count === 0 || wallet.state !== 'open'}>
            {t('data.seal')}
          </Button>
          {wallet.state !== 'open' && <span className={layout.muted}>{t('data.walletFirst')}</span>}
        </div>
      </form>
    </Card>
  )
}
