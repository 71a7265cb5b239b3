import { useQuery } from '@tanstack/react-query'
import { Check, CircleHelp, TriangleAlert, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { query } from '../../state/transport.ts'
import { Card } from '../../ui/card.tsx'
import { layout } from '../../ui/layout.tsx'
import { Skeleton } from '../../ui/state.tsx'
import styles from './home.module.css'

const icons = { ok: Check, blocked: X, warning: TriangleAlert, unknown: CircleHelp } as const

/** Every gate between this machine and earning, with its live value. */
export function GatesCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const gates = useQuery(query.doctor.gates.queryOptions()).data
  return (
    <Card title={t('gates.title')} className={className}>
      {!gates && <Skeleton label={t('common.loading')} />}
      {gates?.map(({ name, state, value }) => {
        const Icon = icons[state]
        return (
          <div key={name} className={styles.gate}>
            <Icon className={styles[state]} role="img" aria-label={t(`gates.${state}`)} />
            <span>{t(`gates.names.${name}`)}</span>
            <span className={`${layout.tiny} ${styles.value}`} title={value ?? ''}>
              {value ?? '–'}
            </span>
          </div>
        )
      })}
    </Card>
  )
}
