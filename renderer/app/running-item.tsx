import { Link } from 'react-router'
import { layout } from '../ui/layout.tsx'
import { Progress } from '../ui/progress.tsx'

interface Props {
  readonly to: string
  readonly title: string
  readonly state: string
  /** 0 to 1; null where nobody knows. */
  readonly share: number | null
  readonly text: string
  readonly speed?: string | undefined
}

/** Work that is under way, in a line of Home's card. */
export const RunningItem = ({ to, title, state, share, text, speed }: Props) => (
  <div className={layout.tight}>
    <div className={layout.between}>
      <span>
        <Link to={to}>{title}</Link> · {state}
      </span>
      <span className={layout.muted}>{speed}</span>
    </div>
    {share !== null && <Progress share={share} label={title} />}
    <span className={layout.tiny}>{text}</span>
  </div>
)
