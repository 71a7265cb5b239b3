import { useTranslation } from 'react-i18next'
import type { CheckWay } from '../../../../common/model/recomputed-names.ts'
import type { ThingKind } from '../../../../common/model/thing-kinds.ts'
import { api } from '../../../state/transport.ts'
import { CheckCard } from './check-card.tsx'

interface Props {
  readonly kind: ThingKind
  readonly id: number
  readonly ways: readonly CheckWay[]
}

/** Checks a thing in the ways that the host knows; nothing where it knows none. */
export function ThingCheck({ kind, id, ways }: Props) {
  const { t } = useTranslation()
  if (!ways.includes('recompute')) return null
  const check = (way: CheckWay) => () => api.explorer.checkThing({ kind, id, way })
  return (
    <CheckCard
      text={t(`explorer.checkThing.${kind}` as 'explorer.checkThing.order', t('explorer.checkThing.any'))}
      recompute={check('recompute')}
      {...(ways.includes('again') ? { again: check('again') } : {})}
    />
  )
}
