import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { Config } from '../../../../common/model/config.ts'
import { formatCoins } from '../../../../common/model/money.ts'
import { coins, number, numberText } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { shortCoins } from '../../../lib/format.ts'
import { useSettings } from '../../../state/settings.ts'
import { api, query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { CheckField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'

const MINUTE = 60
const Offer = z.object({
  price: coins(1n).transform(String),
  maxSeconds: number(Config.shape.earn.unwrap().shape.maxSeconds, MINUTE),
  training: z.boolean(),
})

export function OfferCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const settings = useSettings()
  return (
    <Card title={t('offer.title')} className={className}>
      {settings && <OfferForm earn={settings.earn} />}
    </Card>
  )
}

function OfferForm({ earn }: { readonly earn: Config['earn'] }) {
  const { t } = useTranslation()
  const prices = useQuery(query.market.prices.queryOptions()).data
  const form = useSchemaForm({
    schema: Offer,
    values: {
      price: formatCoins(BigInt(earn.price)),
      maxSeconds: numberText(earn.maxSeconds, MINUTE),
      training: earn.training,
    },
    // Taking the suggested price changes it beside this form.
    follows: true,
    save: (offer) => api.system.changeSettings({ earn: { ...earn, ...offer } }),
  })
  return (
    <Form form={form} kind="secondary" submit={t('offer.save')} saved={t('common.saved')}>
      <TextField
        label={t('offer.price')}
        inputMode="decimal"
        hint={
          prices
            ? t('offer.prices', {
                low: shortCoins(prices.low, 6),
                median: shortCoins(prices.median, 6),
                high: shortCoins(prices.high, 6),
                count: prices.offers,
              })
            : t('offer.noPrices')
        }
        {...form.field('price')}
      />
      <TextField label={t('offer.longest')} inputMode="numeric" {...form.field('maxSeconds')} />
      <CheckField label={t('offer.training')} hint={t('offer.trainingHint')} {...form.field('training')} />
      <p className={layout.muted}>{t('offer.agree')}</p>
    </Form>
  )
}
