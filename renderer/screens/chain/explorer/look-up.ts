import type { TFunction } from 'i18next'
import { thingKinds } from '../../../../common/model/thing-kinds.ts'
import { shortHash } from '../../../lib/format.ts'
import { placeOf, type Place } from './search.ts'

/** Where what is typed leads on the chain, and what it was understood as; null where it is nothing of the chain's. */
export function lookUp(term: string, t: TFunction): { readonly to: string; readonly name: string } | null {
  // As it is asked for, and as the pages call it.
  const words = {
    block: [t('explorer.kind.block')],
    ...Object.fromEntries(
      thingKinds.map((kind) => [kind, [t(`explorer.kind.${kind}`), t(`explorer.things.${kind}`, { id: '' }).trim()]]),
    ),
  }
  const place = placeOf(term, words)
  return place && { to: place.to, name: nameOf(place, t) }
}

function nameOf({ kind, id }: Place, t: TFunction): string {
  if (kind === 'transaction') return t('explorer.hashOf', { hash: shortHash(id) })
  if (kind === 'address') return `${t('explorer.kind.address')} ${shortHash(id)}`
  return kind === 'block' ? t('explorer.block', { number: id }) : t(`explorer.things.${kind}`, { id })
}
