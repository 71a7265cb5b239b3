import { useModules } from '../../../app/screen-module.ts'
import { layout } from '../../../ui/layout.tsx'
import { BenchmarkCard } from './benchmark-card.tsx'
import { IdlePolicyCard } from './idle-policy-card.tsx'
import { EarningsTableCard } from './earnings-table-card.tsx'
import { LiveCard } from './live-card.tsx'
import { OfferCard } from './offer-card.tsx'
import { ProfitCard } from './profit-card.tsx'
import { RegistrationCard } from './registration-card.tsx'

/** The provider's side: the machine, its price, its orders and what they paid. */
export const Earn = () => (
  <div className={layout.grid}>
    <BenchmarkCard className={layout.span7} />
    <RegistrationCard className={layout.span5} />
    <LiveCard className={layout.span7} />
    <OfferCard className={layout.span5} />
    <ProfitCard className={layout.span12} />
    <IdlePolicyCard className={layout.span12} />
    {useModules().map(({ routes, Earning }) => Earning && <Earning key={routes[0]?.path} className={layout.span12} />)}
    <EarningsTableCard className={layout.span12} />
  </div>
)
