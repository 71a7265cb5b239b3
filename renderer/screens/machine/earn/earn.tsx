import { GatesCard } from '../../../app/gates/gates-card.tsx'
import { HeroCard } from '../../../app/hero-card.tsx'
import { useModules } from '../../../app/screen-module.ts'
import { layout } from '../../../ui/layout.tsx'
import { EarnRoom } from './earn-room.tsx'
import { LiveCard } from './live-card.tsx'
import { OfferCard } from './offer-card.tsx'

/** What the machine does for others now, for how much, and the one switch. */
export const Earn = () => (
  <EarnRoom>
    <HeroCard className={layout.span12} />
    <LiveCard className={layout.span7} />
    <OfferCard className={layout.span5} />
    <GatesCard className={layout.span12} />
    {useModules().map(({ routes, Earning }) => Earning && <Earning key={routes[0]?.path} className={layout.span12} />)}
  </EarnRoom>
)
