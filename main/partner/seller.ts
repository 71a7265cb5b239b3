import type { ReleaseTerms } from '../../common/model/dataset.ts'
import { sellRelease } from '../features/market/data/commands/sell-release.ts'
import type { Role } from './partner.ts'
import { quietly } from './send.ts'
import { keepFunded } from './wallet.ts'

const PRICE = 10n ** 18n
const TERMS: ReleaseTerms = {
  name: 'A year in a shared garden',
  description: 'Messages of two friends about a garden, without their names. Practice data that comes with Hearth.',
  licence: { use: 'train', redistribution: false, term: null },
  royalty: 0,
  parent: null,
}

/** Sells the sample that comes with Hearth. */
export const seller: Role = (api, _self, progress) => async () => {
  const { releases } = await api.data.overview({})
  const listed = releases.find(({ asset }) => asset?.state === 'listed')
  progress.selling = listed?.asset?.id ?? null
  if (listed) return
  await keepFunded(api)
  const begun = releases.find(({ asset }) => asset === null)?.release
  const release =
    begun ??
    (await api.data.seal({
      dataset: (await api.data.create({ name: TERMS.name, upload: null, format: null, dateOrder: null, country: 'DE' }))
        .id,
      terms: TERMS,
      asset: null,
    }))
  await sellRelease(api, release, PRICE, quietly)
}
