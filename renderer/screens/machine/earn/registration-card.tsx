import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Fulfilment } from '../../../app/fulfilment.tsx'
import { PaidWork } from '../../../app/paid-work.tsx'
import { shortCoins } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Empty, Problem } from '../../../ui/state.tsx'

export function RegistrationCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const machine = useQuery(query.earn.machine.queryOptions()).data
  const add = useApiMutation(() => act({ kind: 'addMachine' }))
  const remove = useApiMutation((id: number) => act({ kind: 'removeMachine', machine: id }))
  const registered = machine?.registered
  return (
    <Card title={t('registration.title')} className={className}>
      <div className={layout.stack}>
        {registered ? (
          <>
            <Facts
              items={[
                [t('registration.machine'), t('machine.number', { id: registered.id })],
                [t('registration.stake'), shortCoins(machine.stake)],
                [t('registration.done'), <Fulfilment key="fulfilled" machine={registered} />],
                [t('market.paidWork'), <PaidWork key="paid" machine={registered} />],
              ]}
            />
            <Button onClick={() => remove.mutate(registered.id)}>{t('registration.remove')}</Button>
          </>
        ) : (
          <Empty>
            <p>{t('registration.empty')}</p>
            <Button kind="primary" disabled={add.isPending || !machine?.benchmark} onClick={() => add.mutate()}>
              {t('gates.presses.register')}
            </Button>
            {machine && !machine.benchmark && <span className={layout.muted}>{t('reasons.no-benchmark')}</span>}
          </Empty>
        )}
        {(add.errorText ?? remove.errorText) && <Problem>{add.errorText ?? remove.errorText}</Problem>}
      </div>
    </Card>
  )
}
