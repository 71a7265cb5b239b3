import type { TFunction } from 'i18next'
import type { LucideIcon } from 'lucide-react'
import { createContext, use, type ComponentType } from 'react'
import type { Role } from '../../common/model/roles.ts'
import type en from '../../resources/locales/en.json'

/** A place in a bar of places, named in the person's language. */
export interface Place {
  readonly to: string
  readonly name: (t: TFunction) => string
}

/** What a folder of screens adds to the window. The app composes a list of these and names no screen itself. */
export interface ScreenModule {
  /** Where its words stand in the locales. */
  readonly words: readonly (keyof typeof en)[]
  /** Its pages, each in a file of its own that is fetched when it is gone to. */
  readonly routes: readonly { readonly path: string; readonly load: () => Promise<ComponentType> }[]
  /** Its entry in the main navigation. */
  readonly nav?: Place & { readonly Icon: LucideIcon }
  /** Its entries in the bar of the room whose path they begin with; `within` are the beginnings of pages below one. */
  readonly places?: readonly (Place & { readonly within?: readonly string[] })[]
  /** What a typed text stands for among its things; null for nothing. */
  readonly lookUp?: (text: string, t: TFunction) => { readonly to: string; readonly name: string } | null
  /** Where it stands, as a card on Home: first for whoever came for it. */
  readonly glance?: {
    readonly role: Role
    readonly Card: ComponentType<{ readonly className: string | undefined }>
  }
  /** Its work that is under way, as `RunningItem`s on Home. */
  readonly Running?: ComponentType
  /** Its work for others, as cards on Earn. */
  readonly Earning?: ComponentType<{ readonly className: string | undefined }>
}

export const ModulesContext = createContext<readonly ScreenModule[]>([])
export const useModules = (): readonly ScreenModule[] => use(ModulesContext)
