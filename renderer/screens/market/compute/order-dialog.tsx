import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OfferRow } from '../../../../common/model/market.ts'
import { query } from '../../../state/transport.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { SelectField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Skeleton } from '../../../ui/state.tsx'
import { useKindWords } from './kind-words.ts'
import { OrderForm } from './order-form.tsx'

interface Props {
  readonly offer: OfferRow
  readonly onClose: () => void
}

/** Which kind of work, with what, for how long at most. */
export function OrderDialog({ offer, onClose }: Props) {
  const { t } = useTranslation()
  const kinds = useQuery(query.market.kinds.queryOptions()).data ?? []
  const [chosen, choose] = useState<string | null>(null)
  const found = kinds.find(({ kind }) => kind === chosen) ?? kinds[0]
  return (
    <Dialog title={t('order.title', { id: offer.machine.id })} open onClose={onClose}>
      {!found && <Skeleton label={t('common.loading')} />}
      {kinds.length > 1 && (
        <SelectField label={t('order.kind')} value={found?.kind} onChange={({ target }) => choose(target.value)}>
          {kinds.map(({ kind }) => (
            <KindOption key={kind} kind={kind} />
          ))}
        </SelectField>
      )}
      {found && <Ways key={found.kind} {...found} offer={offer} onClose={onClose} />}
    </Dialog>
  )
}

const KindOption = ({ kind }: { readonly kind: string }) => <option value={kind}>{useKindWords(kind).name}</option>

type Kind = Awaited<ReturnType<typeof query.market.kinds.call>>[number]

/** The ways in which one kind can be asked for. */
function Ways({ kind, form, ...props }: Props & Kind) {
  const words = useKindWords(kind)
  const [chosen, choose] = useState(0)
  const way = form[chosen] ?? { source: null, fields: [] }
  return (
    <>
      {words.about && <p className={layout.muted}>{words.about}</p>}
      {form.length > 1 && (
        <SelectField label={words.whichSource} value={chosen} onChange={({ target }) => choose(Number(target.value))}>
          {form.map(({ source }, index) => (
            <option key={source} value={index}>
              {words.source(source ?? '')}
            </option>
          ))}
        </SelectField>
      )}
      <OrderForm key={way.source} kind={kind} {...way} {...props} />
    </>
  )
}
