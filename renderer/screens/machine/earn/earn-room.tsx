import type { ReactNode } from 'react'
import { RoomNav } from '../../../app/room-nav.tsx'
import { layout } from '../../../ui/layout.tsx'

/** A place of the provider's side, with the way to the others. */
export const EarnRoom = ({ children }: { readonly children: ReactNode }) => (
  <div className={layout.stack}>
    <RoomNav to="/earn" />
    <div className={layout.grid}>{children}</div>
  </div>
)
