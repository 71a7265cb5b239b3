import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { NamedNumber, ShownValue } from '../../../../common/model/chain-values.ts'
import { thingKinds, type ThingKind } from '../../../../common/model/thing-kinds.ts'
import { chainTime } from '../../../lib/chain-time.ts'
import { dateTime, duration } from '../../../lib/format.ts'
import { Coins } from '../../../ui/coins.tsx'
import { HashText } from '../../../ui/hash-text.tsx'
import { Facts } from '../../../ui/layout.tsx'
import { Account } from './account.tsx'
import { wordsOf } from './state-words.ts'

const isNamed = (means: ShownValue['means']): means is NamedNumber => Object.hasOwn(wordsOf, means)
const isThing = (means: ShownValue['means']): means is ThingKind => (thingKinds as readonly string[]).includes(means)

/** "Order 5", as a link to its page. */
export function ThingLink({ kind, id }: { readonly kind: ThingKind; readonly id: number | string }) {
  const { t } = useTranslation()
  return <Link to={`/explorer/${kind}/${id}`}>{t(`explorer.things.${kind}`, { id })}</Link>
}

/** A value of the chain as people read it. */
export function Value({ value: { means, text } }: { readonly value: ShownValue }) {
  const { t, i18n } = useTranslation()
  if (isNamed(means)) return t(`${wordsOf[means]}.${text}` as 'orderStates.active')
  // Numbers begin at 1; 0 says that there is none.
  if (isThing(means)) return text === '0' ? t('explorer.nothing') : <ThingLink kind={means} id={text} />
  switch (means) {
    case 'account':
      return <Account address={text} />
    case 'coins':
      return <Coins units={BigInt(text)} />
    case 'rate':
      return (
        <>
          <Coins units={BigInt(text)} /> {t('explorer.perSecond')}
        </>
      )
    case 'share':
      return new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 2 }).format(
        Number(text) / 10_000,
      )
    case 'time': {
      const time = chainTime(text)
      if (time === 0) return t('explorer.nothing')
      return time === null ? <code>{text}</code> : <span title={text}>{dateTime(time, i18n.language)}</span>
    }
    case 'duration':
      return <span title={text}>{duration(Number(text), i18n.language)}</span>
    case 'block':
      return text === '0' ? t('explorer.nothing') : <Link to={`/explorer/block/${text}`}>{text}</Link>
    case 'hash':
      return <HashText value={text} copyLabel={t('common.copy')} copiedLabel={t('common.copied')} />
    case 'flag':
      return t(text === 'true' ? 'explorer.yes' : 'explorer.no')
    case 'number':
      return text
    case 'text':
      return <bdi>{text}</bdi>
    case 'raw':
      return <code>{text}</code>
  }
}

/** The words for a name in the contracts; the name itself where there are none. */
const nameOf = (t: TFunction, path: string): string =>
  path
    .split('.')
    .map((name) => t(`explorer.names.${name}` as 'explorer.names.id', name))
    .join(' · ')

/** Values under their names. */
export function Values({ of }: { readonly of: readonly ShownValue[] }) {
  const { t } = useTranslation()
  return <Facts items={of.map((value) => [nameOf(t, value.name), <Value key={value.name} value={value} />] as const)} />
}
