import type { Complaint } from '../../../../common/chain/contract-module.ts'
import type { SegmentFlaw } from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { DataRepository } from './data-repository.ts'
import type { PackageFetching } from './package-fetching.ts'
import type { SaleVault } from './sale-vault.ts'

interface Ports {
  readonly vault: Pick<SaleVault, 'open' | 'opening'>
  readonly packages: Pick<PackageFetching, 'flaw'>
  readonly reads: Pick<DataRepository, 'sale'>
}

/**
 * What a buyer proves to the chain: that the key is wrong or, where it is right, that a segment's is. With neither the
 * chain refuses.
 */
export async function complaintOf(sale: number, { vault, packages, reads }: Ports): Promise<Complaint> {
  const row = reads.sale(sale)
  if (!row) throw new HearthError('NOT_FOUND', `there is no sale ${sale}`)
  const [opening, key] = [await vault.opening(sale), await vault.open(sale)]
  const flaw = key === null ? null : await packages.flaw(row, key)
  return flaw ? { verb: 'complainSegment', opening, segment: onChain(flaw) } : { verb: 'complain', opening }
}

/** As the chain writes it. */
const onChain = ({ number, commit, wrapped, lefts, path }: SegmentFlaw) => ({
  number,
  commit: `0x${commit}`,
  wrapped: `0x${wrapped}`,
  lefts,
  path: path.map((neighbour) => `0x${neighbour}`),
})
