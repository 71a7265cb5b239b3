import { JurorCard } from './juror-card.tsx'
import { JuryCard } from './jury-card.tsx'
import { ProvidedJobsCard } from './provided-jobs-card.tsx'

/** Jobs done for others, and disputes that this machine judges. */
export const Earning = ({ className }: { readonly className: string | undefined }) => (
  <>
    <ProvidedJobsCard className={className} />
    <JurorCard className={className} />
    <JuryCard className={className} />
  </>
)
