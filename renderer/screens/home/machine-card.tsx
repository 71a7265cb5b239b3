import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { bytes, dateTime, rate } from '../../lib/format.ts'
import { query } from '../../state/transport.ts'
import { Card } from '../../ui/card.tsx'
import { Facts } from '../../ui/layout.tsx'
import { Skeleton } from '../../ui/state.tsx'

export function MachineCard({ className }: { readonly className: string | undefined }) {
  const { t, i18n } = useTranslation()
  const machine = useQuery(query.earn.machine.queryOptions()).data
  return (
    <Card
      title={t('machine.title')}
      className={className}
      aside={<Link to="/earn/machine">{t('common.details')}</Link>}
    >
      {!machine ? (
        <Skeleton label={t('common.loading')} />
      ) : (
        <Facts
          items={[
            [t('machine.processor'), machine.report.processor ?? t('common.unknown')],
            [t('machine.memory'), bytes(machine.report.memoryBytes)],
            [
              t('machine.int8'),
              machine.benchmark ? rate(machine.benchmark.parts.int8!.median, 'OP/s') : t('machine.notMeasured'),
            ],
            [t('machine.measured'), machine.benchmark ? dateTime(machine.benchmark.time, i18n.language) : '–'],
            [
              t('machine.registered'),
              machine.registered ? t('machine.number', { id: machine.registered.id }) : t('machine.notRegistered'),
            ],
          ]}
        />
      )}
    </Card>
  )
}
