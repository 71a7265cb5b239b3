import { useTranslation } from 'react-i18next'
import { RunningItem } from '../../../app/running-item.tsx'
import { shareOf } from '../../../lib/format.ts'
import { useData } from '../../../state/data.ts'

const fetching: ReadonlySet<string> = new Set(['waiting', 'opened', 'fetched'])

/** Sales and purchases of data that are not over. */
export function Running() {
  const { t } = useTranslation()
  const data = useData()
  const selling = data?.sold.filter(({ sale }) => sale.state === 'paid' || sale.state === 'delivered')
  return (
    <>
      {selling?.map(({ sale, name }) => (
        <RunningItem
          key={`sold ${sale.id}`}
          to="/data"
          title={t('running.selling', { id: sale.id })}
          state={t(`data.saleStates.${sale.state}`)}
          share={null}
          text={name}
        />
      ))}
      {data?.bought.flatMap(({ sale, own }) =>
        own && fetching.has(own.state) ? (
          <RunningItem
            key={`bought ${sale.id}`}
            to={`/data/purchase/${sale.id}`}
            title={t('running.buying', { id: sale.id })}
            state={t(`data.purchaseStates.${own.state}`)}
            share={shareOf(own.bytes, own.of)}
            text={own.name}
          />
        ) : (
          []
        ),
      )}
    </>
  )
}
