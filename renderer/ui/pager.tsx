import { Button } from './button.tsx'
import { layout } from './layout.tsx'

interface Props {
  readonly offset: number
  readonly size: number
  readonly more: boolean
  readonly onMove: (offset: number) => void
  readonly labels: { readonly earlier: string; readonly later: string }
}

/** Back and forth through a long list; nothing where all of it is on the screen. */
export const Pager = ({ offset, size, more, onMove, labels }: Props) =>
  offset === 0 && !more ? null : (
    <div className={layout.row}>
      <Button disabled={offset === 0} onClick={() => onMove(Math.max(0, offset - size))}>
        {labels.earlier}
      </Button>
      <Button disabled={!more} onClick={() => onMove(offset + size)}>
        {labels.later}
      </Button>
    </div>
  )
