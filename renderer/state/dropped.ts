import { create } from 'zustand'
import type { DropPlace } from '../lib/dropped.ts'

interface Dropped {
  readonly file: File
  readonly place: DropPlace
}

/** A file that was dropped on the window, on its way to the form that takes it. */
export const useDropped = create<{ dropped: Dropped | null; give: (dropped: Dropped | null) => void }>((set) => ({
  dropped: null,
  give: (dropped) => set({ dropped }),
}))
