import type { Api } from '../../../../../common/api/index.ts'
import type { Release } from '../../../../../common/model/dataset.ts'
import { act, until } from '../../../../cli/act.ts'

/** Puts a sealed release on the chain, waits for its lot and lists it. */
export async function sellRelease(
  api: Api,
  sealed: Release,
  price: bigint,
  tell?: (line: string) => void,
): Promise<{ asset: number; publish: string; list: string }> {
  const release = sealed.version.segments === null ? await api.data.sealAgain({ id: sealed.id }) : sealed
  const { hash: publish } = await act(api, { kind: 'publishData', release: release.id }, tell)
  const asset = await until(
    'the asset',
    async () => (await api.data.overview({})).releases.find((item) => item.release.id === release.id)?.asset?.id,
  )
  if (release.version.count > 0) await until('the draw', () => api.data.draw({ asset }).catch(() => null))
  const { hash: list } = await act(api, { kind: 'listAsset', asset, price }, tell)
  return { asset, publish: publish!, list: list! }
}
