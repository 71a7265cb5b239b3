import { layout } from '../../../ui/layout.tsx'
import { BenchmarkCard } from './benchmark-card.tsx'
import { EarningsTableCard } from './earnings-table-card.tsx'
import { EarnRoom } from './earn-room.tsx'
import { IdlePolicyCard } from './idle-policy-card.tsx'
import { ProfitCard } from './profit-card.tsx'
import { RegistrationCard } from './registration-card.tsx'

/** When its owner lets it work. */
export const Rules = () => (
  <EarnRoom>
    <IdlePolicyCard className={layout.span12} />
  </EarnRoom>
)

/** What electricity leaves of it. */
export const Energy = () => (
  <EarnRoom>
    <ProfitCard className={layout.span12} />
  </EarnRoom>
)

/** What it is worth, and that the chain knows it. */
export const Machine = () => (
  <EarnRoom>
    <BenchmarkCard className={layout.span7} />
    <RegistrationCard className={layout.span5} />
  </EarnRoom>
)

/** What was paid. */
export const History = () => (
  <EarnRoom>
    <EarningsTableCard className={layout.span12} />
  </EarnRoom>
)
