import { useTranslation } from 'react-i18next'
import { Subnav } from '../ui/subnav.tsx'
import { useModules } from './screen-module.ts'

/** The places of a room, whichever modules they are from. @param to where the room begins */
export function RoomNav({ to }: { readonly to: string }) {
  const { t } = useTranslation()
  const modules = useModules()
  const room = modules.find(({ nav }) => nav?.to === to)?.nav
  return (
    <Subnav
      label={room?.name(t) ?? ''}
      places={modules
        .flatMap(({ places = [] }) => places)
        .filter((place) => place.to.startsWith(to))
        .map(({ name, ...place }) => ({ ...place, name: name(t) }))}
    />
  )
}
