import { GatesCard } from '../../app/gates/gates-card.tsx'
import { useModules } from '../../app/screen-module.ts'
import { useSettings } from '../../state/settings.ts'
import { layout } from '../../ui/layout.tsx'
import { EarningsCard } from './earnings-card.tsx'
import { MachineCard } from './machine-card.tsx'
import { NeedsYouCard } from './needs-you-card.tsx'
import { PartnerCard } from './partner-card.tsx'
import { RunningCard } from './running-card.tsx'

/** All roles at a glance; the one that the person came for stands first, and what only earning needs, with it. */
export function Home() {
  const modules = useModules()
  const role = useSettings()?.role ?? 'earn'
  const glances = modules.flatMap(({ glance }) => glance ?? [])
  const others = glances.filter((glance) => glance.role !== role)
  return (
    <div className={layout.grid}>
      {glances.map((glance) => glance.role === role && <glance.Card key={role} className={layout.span8} />)}
      <NeedsYouCard className={layout.span4} />
      <PartnerCard className={layout.span12} />
      <RunningCard className={layout.span7} />
      <EarningsCard className={layout.span5} />
      {others.map((glance) => (
        <glance.Card key={glance.role} className={layout.span4} />
      ))}
      {role === 'earn' && (
        <>
          <MachineCard className={layout.span5} />
          <GatesCard className={layout.span7} />
        </>
      )}
    </div>
  )
}
