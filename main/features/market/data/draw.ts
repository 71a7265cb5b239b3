import { AbiCoder, keccak256 } from 'ethers'
import { drawSize, type DrawPreview, type VersionRow } from '../../../../common/model/data-market.ts'
import { rowsStandUnder } from '../../../core/row-proof.ts'

const abi = AbiCoder.defaultAbiCoder()

/** The lot of a version, as `DataAssets.list` computes it. */
export const drawOf = (blockHash: string, asset: number, version: number): string =>
  keccak256(abi.encode(['bytes32', 'uint256', 'uint24'], [blockHash, asset, version]))

/** The rows that are drawn, in order; docs/data-market.md. */
export function drawnRows(draw: string, count: number): number[] {
  const drawn = new Set<number>()
  for (let i = 0; drawn.size < drawSize(count); i++)
    drawn.add(Number(BigInt(keccak256(abi.encode(['bytes32', 'uint256'], [draw, i]))) % BigInt(count)))
  return [...drawn].sort((a, b) => a - b)
}

/**
 * Whether a preview shows exactly the drawn rows, each standing under the root that was committed to
 * before.
 */
export function previewFits(preview: DrawPreview, version: VersionRow): boolean {
  if (version.draw === null) return false
  const wanted = drawnRows(version.draw, version.count)
  return (
    preview.rows.length === wanted.length &&
    preview.rows.every(({ index }, i) => index === wanted[i]) &&
    rowsStandUnder(version.rows.slice(2), version.count, preview)
  )
}
