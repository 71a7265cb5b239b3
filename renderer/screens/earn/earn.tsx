import { layout } from '../../ui/layout.tsx'
import { BenchmarkCard } from './benchmark-card.tsx'
import { EarningsTableCard } from './earnings-table-card.tsx'
import { JuryCard } from './jury-card.tsx'
import { OfferCard } from './offer-card.tsx'
import { ProvidedJobsCard } from './provided-jobs-card.tsx'
import { RegistrationCard } from './registration-card.tsx'
import { ServedOrdersCard } from './served-orders-card.tsx'

/** The provider's side: the machine, its price, its orders and what they paid. */
export const Earn = () => (
  <div className={layout.grid}>
    <BenchmarkCard className={layout.span7} />
    <RegistrationCard className={layout.span5} />
    <OfferCard className={layout.span5} />
    <ServedOrdersCard className={layout.span7} />
    <ProvidedJobsCard className={layout.span12} />
    <JuryCard className={layout.span12} />
    <EarningsTableCard className={layout.span12} />
  </div>
)
