import { useQuery } from '@tanstack/react-query'
import { Check, CircleHelp, TriangleAlert, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Gate } from '../../../common/api/doctor.ts'
import { useEarnFixes } from './earn-fixes.ts'
import { useApiMutation } from '../../state/mutation.ts'
import { useSayings } from '../../state/sayings.ts'
import { api, query } from '../../state/transport.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { layout } from '../../ui/layout.tsx'
import { Problem, Skeleton } from '../../ui/state.tsx'
import { gateFixes, type GateFix } from './gate-fixes.ts'
import styles from './gates.module.css'

const icons = { ok: Check, blocked: X, warning: TriangleAlert, unknown: CircleHelp } as const

/** How many shut gates are shown at once: what comes later is often opened by what comes first. */
const AT_ONCE = 3

/** Every gate between this machine and earning, with its live value; closed ones come first, with what to do. */
export function GatesCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const gates = useQuery(query.doctor.gates.queryOptions()).data
  const open = gates?.filter(({ state }) => state === 'ok') ?? []
  const shut = gates?.filter(({ state }) => state !== 'ok') ?? []
  const rows = (of: readonly Gate[]) => of.map((gate) => <GateRow key={gate.name} gate={gate} />)
  return (
    <Card title={t('gates.title')} className={className}>
      {!gates && <Skeleton label={t('common.loading')} />}
      {rows(shut.slice(0, AT_ONCE))}
      {shut.length > AT_ONCE && (
        <details>
          <summary className={layout.muted}>{t('gates.later', { count: shut.length - AT_ONCE })}</summary>
          {rows(shut.slice(AT_ONCE))}
        </details>
      )}
      {open.length > 0 && (
        <details>
          <summary className={layout.muted}>{t('gates.allOpen', { count: open.length })}</summary>
          {rows(open)}
        </details>
      )}
    </Card>
  )
}

function GateRow({ gate: { name, state, value } }: { readonly gate: Gate }) {
  const { t } = useTranslation()
  const sayings = useSayings()
  const Icon = icons[state]
  const words = value ? sayings.gate(value) : '–'
  return (
    <div className={styles.gate} data-gate={name} data-state={state}>
      <Icon className={styles[state]} role="img" aria-label={t(`gates.${state}`)} />
      <span>
        {t(`gates.names.${name}`)}
        {state !== 'ok' && <span className={`${layout.tiny} ${styles.fix}`}>{t(`gates.fixes.${name}`)}</span>}
        {state !== 'ok' && <FixButton fix={gateFixes[name]} />}
      </span>
      <span className={`${layout.tiny} ${styles.value}`} title={words}>
        {words}
      </span>
    </div>
  )
}

/** Does what a gate wants, or leads to where it is done. */
function FixButton({ fix }: { readonly fix: GateFix }) {
  const { t } = useTranslation()
  const { measure, register, start, running } = useEarnFixes()
  const look = useApiMutation(() => api.doctor.look({}), [query.doctor.key()])
  if ('to' in fix)
    return (
      <Link className={styles.do} to={fix.field ? `${fix.to}?field=${fix.field}` : fix.to}>
        {t(`gates.places.${fix.words}`)}
      </Link>
    )
  const press = { measure, register, start, look }[fix.press]
  return (
    <>
      <Button kind="link" className={styles.do} disabled={running || look.isPending} onClick={() => press.mutate()}>
        {t(`gates.presses.${fix.press}`)}
      </Button>
      {press.errorText && <Problem>{press.errorText}</Problem>}
    </>
  )
}
