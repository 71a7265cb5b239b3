import { useQuery } from '@tanstack/react-query'
import { Check, CircleHelp, TriangleAlert, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Gate } from '../../../common/api/doctor.ts'
import { query } from '../../state/transport.ts'
import { Card } from '../../ui/card.tsx'
import { layout } from '../../ui/layout.tsx'
import { Skeleton } from '../../ui/state.tsx'
import styles from './home.module.css'

const icons = { ok: Check, blocked: X, warning: TriangleAlert, unknown: CircleHelp } as const

/** Every gate between this machine and earning, with its live value; closed ones come first, with what to do. */
export function GatesCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const gates = useQuery(query.doctor.gates.queryOptions()).data
  const open = gates?.filter(({ state }) => state === 'ok') ?? []
  return (
    <Card title={t('gates.title')} className={className}>
      {!gates && <Skeleton label={t('common.loading')} />}
      {gates
        ?.filter(({ state }) => state !== 'ok')
        .map((gate) => (
          <GateRow key={gate.name} gate={gate} />
        ))}
      {open.length > 0 && (
        <details>
          <summary className={layout.muted}>{t('gates.allOpen', { count: open.length })}</summary>
          {open.map((gate) => (
            <GateRow key={gate.name} gate={gate} />
          ))}
        </details>
      )}
    </Card>
  )
}

function GateRow({ gate: { name, state, value, fix } }: { readonly gate: Gate }) {
  const { t } = useTranslation()
  const Icon = icons[state]
  return (
    <div className={styles.gate} data-gate={name} data-state={state}>
      <Icon className={styles[state]} role="img" aria-label={t(`gates.${state}`)} />
      <span>
        {t(`gates.names.${name}`)}
        {fix && <span className={`${layout.tiny} ${styles.fix}`}>{t(`gates.fixes.${name}`)}</span>}
      </span>
      <span className={`${layout.tiny} ${styles.value}`} title={value ?? ''}>
        {value ?? '–'}
      </span>
    </div>
  )
}
