import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { licenceUses } from '../../../../common/model/data-names.ts'
import { ReleaseTerms } from '../../../../common/model/dataset.ts'
import { number, optionalNumber } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { useData } from '../../../state/data.ts'
import { useOverview } from '../../../state/overview.ts'
import { CheckField, SelectField, TextArea, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'

/** What is sealed on which terms; as a new version of an asset, or as a new one. */
export interface Sealing {
  readonly terms: ReleaseTerms
  readonly asset: number | null
}

interface Props {
  readonly name: string
  readonly ready: boolean
  /** Assets that it can be a new version of. */
  readonly assets: readonly { readonly id: number; readonly name: string }[]
  readonly seal: (sealing: Sealing) => Promise<unknown>
  readonly children?: ReactNode
}

const { name, description, licence, royalty, parent } = ReleaseTerms.shape
const PERCENT = 100
const Terms = z.object({
  terms: z.object({
    name,
    description,
    licence: licence.extend({ term: optionalNumber(licence.shape.term.unwrap()) }),
    royalty: number(royalty, PERCENT),
    parent: optionalNumber(parent.unwrap()),
  }),
  asset: optionalNumber(parent.unwrap()),
})

/** On what terms something is sold. */
export function TermsForm({ name: suggested, ready, assets, seal, children }: Props) {
  const { t } = useTranslation()
  const { wallet } = useOverview()
  const sealing = useData()?.sealing
  const form = useSchemaForm({
    schema: Terms,
    values: {
      terms: {
        name: suggested,
        description: '',
        licence: { use: 'train', redistribution: false, term: '' },
        royalty: '5',
        parent: '',
      },
      asset: '',
    },
    save: seal,
  })
  return (
    <Form
      form={form}
      submit={t('data.seal')}
      disabled={!ready || wallet.state !== 'open'}
      beside={wallet.state !== 'open' && <span className={layout.muted}>{t('data.walletFirst')}</span>}
    >
      {children}
      <TextField label={t('data.title')} maxLength={120} {...form.field('terms.name')} />
      <TextArea
        label={t('data.description')}
        hint={t('data.descriptionHint')}
        maxLength={4000}
        {...form.field('terms.description')}
      />
      <div className={layout.pair}>
        <SelectField label={t('data.licence')} {...form.field('terms.licence.use')}>
          {licenceUses.map((item) => (
            <option key={item} value={item}>
              {t(`data.uses.${item}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t('data.term')}
          hint={t('data.termHint')}
          inputMode="numeric"
          {...form.field('terms.licence.term')}
        />
        <TextField
          label={t('data.royalty')}
          hint={t('data.royaltyHint')}
          inputMode="decimal"
          {...form.field('terms.royalty')}
        />
        <TextField
          label={t('data.parent')}
          hint={t('data.parentHint')}
          inputMode="numeric"
          {...form.field('terms.parent')}
        />
      </div>
      <CheckField label={t('data.redistribution')} {...form.field('terms.licence.redistribution')} />
      {assets.length > 0 && (
        <SelectField label={t('data.asWhat')} {...form.field('asset')}>
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
    </Form>
  )
}
