import { create } from 'zustand'

type Connection = 'connecting' | 'open' | 'reconnecting'

/** Whether the window and its host talk. */
export const useConnection = create<{ state: Connection; set: (state: Connection) => void }>((set) => ({
  state: 'connecting',
  set: (state) => set((old) => (old.state === state ? old : { state })),
}))
