import type { Action, PersonalAction } from '../../../common/model/action.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { digestOfBlock, type ReleaseService, type SaleVault } from '../market/data/index.ts'

interface Ports {
  readonly machine: () => Promise<{ spec: string; peer: string }>
  /** The listed version of an asset. @throws HearthError NOT_FOUND */
  readonly listedVersion: (asset: number) => number
  readonly chainTime: () => number
  readonly releases: Pick<ReleaseService, 'get' | 'preview'>
  /** Brings the sealed package of a version here. */
  readonly obtain: (wanted: { readonly asset: number; readonly version: number }) => Promise<unknown>
  readonly vault: SaleVault
}

/** How long an answer to a request binds its seller (chain seconds). */
const OFFER_SECONDS = 30 * 86_400

/**
 * Adds to what a person asked for what only the host knows: the machine's facts, what a release commits to, a key to
 * buy with.
 */
export const completeAction =
  ({ machine, listedVersion, chainTime, releases, obtain, vault }: Ports) =>
  async (wanted: PersonalAction): Promise<Action> => {
    switch (wanted.kind) {
      case 'addMachine':
        return { kind: 'addMachine', ...(await machine()) }
      case 'publishData': {
        const { asset, terms, version } = releases.get(wanted.release)
        const { segments } = version
        if (segments === null)
          throw new HearthError(
            'BAD_INPUT',
            'an earlier Hearth sealed this in a form that is sold no more; seal it again',
          )
        const { parent, royalty } = terms
        return { kind: 'publishData', asset, parent, royalty, version: { ...version, segments } }
      }
      case 'listAsset': {
        const preview = await releases.preview(wanted.asset)
        return { ...wanted, preview: preview ? digestOfBlock(preview) : `0x${'00'.repeat(32)}` }
      }
      case 'answerRequest':
        return { ...wanted, version: listedVersion(wanted.asset), until: chainTime() + OFFER_SECONDS }
      case 'buyAsset':
      case 'acceptAnswer':
        // Nobody pays for data that is not here.
        await obtain(wanted)
        return { ...wanted, ...(await vault.purchaseKey(wanted.asset, wanted.version)) }
      default:
        return wanted
    }
  }
