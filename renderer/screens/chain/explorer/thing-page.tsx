import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import type { ShownValue } from '../../../../common/model/chain-values.ts'
import type { ThingKind } from '../../../../common/model/thing-kinds.ts'
import { useOverview } from '../../../state/overview.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Skeleton } from '../../../ui/state.tsx'
import { Absent, NotFound } from './absent.tsx'
import { NUMBER } from './search.ts'
import { ThingCheck } from './thing-check.tsx'
import { ThingLists } from './thing-lists.tsx'
import { TransactionsCard } from './transactions-card.tsx'
import { Values } from './value.tsx'

/** What a contract has given a number to: what the index says of it, what belongs to it, and what happened to it. */
export function ThingPage({ kind }: { readonly kind: ThingKind }) {
  const { t } = useTranslation()
  const { id: text = '' } = useParams()
  const id = Number(text)
  const isNumber = NUMBER.test(text) && id > 0
  const { data, error } = useQuery(query.explorer.thing.queryOptions({ input: { kind, id }, enabled: isNumber }))
  if (!isNumber) return <Absent title={t('explorer.noNumber')} text={t('explorer.noNumberText', { text })} />
  if (error)
    return (
      <NotFound
        error={error}
        title={t('explorer.noThing', { thing: t(`explorer.things.${kind}`, { id }) })}
        text={t('explorer.noThingText')}
      />
    )
  if (!data) return <Skeleton label={t('common.loading')} />
  return (
    <div className={layout.stack}>
      <Card title={t(`explorer.things.${kind}`, { id })} aside={<PartyLink kind={kind} id={id} facts={data.facts} />}>
        <Values of={data.facts} />
      </Card>
      <ThingLists lists={data.lists} />
      <ThingCheck key={id} kind={kind} id={id} ways={data.checks} />
      <TransactionsCard rows={data.transactions} none={t('explorer.none')} />
    </div>
  )
}

interface PartyProps {
  readonly kind: ThingKind
  readonly id: number
  readonly facts: readonly ShownValue[]
}

/** Where something can be done about it: an order and an asset by anybody, the rest by whose it is. */
function PartyLink({ kind, id, facts }: PartyProps) {
  const { t } = useTranslation()
  const own = useOverview().wallet.address?.toLowerCase()
  const isOwn = (name: string): boolean =>
    own !== undefined && facts.some((fact) => fact.name === name && fact.text.toLowerCase() === own)
  const hired = useQuery(query.jobs.hired.queryOptions({ enabled: kind === 'job' && isOwn('customer') })).data
  const run = hired?.find(({ job }) => job.id === id)?.own?.run
  const to =
    kind === 'order'
      ? `/market/${id}`
      : kind === 'asset'
        ? `/data/asset/${id}`
        : kind === 'sale' && isOwn('buyer')
          ? `/data/purchase/${id}`
          : kind === 'job' && run
            ? `/train/${run}`
            : kind === 'machine' && isOwn('owner')
              ? '/earn'
              : null
  return to && <Link to={to}>{t('explorer.open')}</Link>
}
