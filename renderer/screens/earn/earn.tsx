import { layout } from '../../ui/layout.tsx'
import { BenchmarkCard } from './benchmark-card.tsx'
import { IdlePolicyCard } from './comfort-card.tsx'
import { EarningsTableCard } from './earnings-table-card.tsx'
import { JuryCard } from './jury-card.tsx'
import { LiveCard } from './live-card.tsx'
import { OfferCard } from './offer-card.tsx'
import { ProfitCard } from './profit-card.tsx'
import { ProvidedJobsCard } from './provided-jobs-card.tsx'
import { RegistrationCard } from './registration-card.tsx'
import { ServedOrdersCard } from './served-orders-card.tsx'

/** The provider's side: the machine, its price, its orders and what they paid. */
export const Earn = () => (
  <div className={layout.grid}>
    <BenchmarkCard className={layout.span7} />
    <RegistrationCard className={layout.span5} />
    <LiveCard className={layout.span7} />
    <OfferCard className={layout.span5} />
    <ProfitCard className={layout.span12} />
    <IdlePolicyCard className={layout.span12} />
    <ServedOrdersCard className={layout.span12} />
    <ProvidedJobsCard className={layout.span12} />
    <JuryCard className={layout.span12} />
    <EarningsTableCard className={layout.span12} />
  </div>
)
