import { useTranslation } from 'react-i18next'
import type { PaletteEntry } from '../../ui/palette.tsx'
import { useModules } from '../screen-module.ts'

export interface PlaceEntry extends PaletteEntry {
  readonly to: string
}

/** What a typed text is on the chain. */
export function useFound(text: string): PlaceEntry[] {
  const { t } = useTranslation()
  return useModules().flatMap(({ lookUp }) => {
    const found = lookUp?.(text, t)
    return found ? [{ id: found.to, about: t('palette.onChain'), ...found }] : []
  })
}

/** Every place of the navigation and of its rooms. */
export function usePlaces(): PlaceEntry[] {
  const { t } = useTranslation()
  const modules = useModules()
  const rooms = modules.flatMap(({ nav }) => nav ?? [])
  const inRooms = modules.flatMap(({ places = [] }) => places)
  return [
    ...rooms.map(({ to, name }) => ({ id: to, to, name: name(t), about: '' })),
    ...inRooms.flatMap(({ to, name }): PlaceEntry[] => {
      const room = rooms.find((candidate) => candidate.to !== '/' && to.startsWith(candidate.to))
      return to === room?.to ? [] : [{ id: to, to, name: name(t), about: room?.name(t) ?? '' }]
    }),
  ]
}
