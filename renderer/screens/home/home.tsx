import { layout } from '../../ui/layout.tsx'
import { EarningsCard } from './earnings-card.tsx'
import { GatesCard } from './gates-card.tsx'
import { HeroCard } from '../../app/hero-card.tsx'
import { MachineCard } from './machine-card.tsx'
import { NeedsYouCard } from './needs-you-card.tsx'
import { PartnerCard } from './partner-card.tsx'
import { RunningCard } from './running-card.tsx'

/** Both roles at a glance. */
export const Home = () => (
  <div className={layout.grid}>
    <HeroCard className={layout.span8} />
    <NeedsYouCard className={layout.span4} />
    <PartnerCard className={layout.span12} />
    <RunningCard className={layout.span7} />
    <MachineCard className={layout.span5} />
    <EarningsCard className={layout.span7} />
    <GatesCard className={layout.span5} />
  </div>
)
