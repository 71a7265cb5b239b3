import type { Action, PersonalAction } from '../../../common/model/action.ts'
import { digestOfBlock, type ReleaseService, type SaleVault } from '../market/data/index.ts'

interface Ports {
  readonly machine: () => Promise<{ spec: string; peer: string }>
  readonly releases: ReleaseService
  readonly vault: SaleVault
}

/**
 * Adds to what a person asked for what only the host knows: the machine's facts, what a release commits to, a key to
 * buy with.
 */
export const completeAction =
  ({ machine, releases, vault }: Ports) =>
  async (wanted: PersonalAction): Promise<Action> => {
    switch (wanted.kind) {
      case 'addMachine':
        return { kind: 'addMachine', ...(await machine()) }
      case 'publishData': {
        const { asset, terms, version } = releases.get(wanted.release)
        return { kind: 'publishData', asset, parent: terms.parent, royalty: terms.royalty, version }
      }
      case 'listAsset': {
        const preview = await releases.preview(wanted.asset)
        return { ...wanted, preview: preview ? digestOfBlock(preview) : `0x${'00'.repeat(32)}` }
      }
      case 'buyAsset':
      case 'acceptAnswer':
        return { ...wanted, ...(await vault.purchaseKey(wanted.asset, wanted.version)) }
      default:
        return wanted
    }
  }
