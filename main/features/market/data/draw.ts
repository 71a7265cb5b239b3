import { AbiCoder, keccak256 } from 'ethers'
import { drawSize, type DrawPreview, type VersionRow } from '../../../../common/model/data-market.ts'

const abi = AbiCoder.defaultAbiCoder()

/** The lot of a version, as `DataAssets.list` computes it. */
export const drawOf = (blockHash: string, asset: number, version: number): string =>
  keccak256(abi.encode(['bytes32', 'uint256', 'uint24'], [blockHash, asset, version]))

/** The segments that are drawn, in order; docs/data-market.md. */
export function drawnSegments(draw: string, count: number): number[] {
  const drawn = new Set<number>()
  for (let i = 0; drawn.size < drawSize(count); i++)
    drawn.add(Number(BigInt(keccak256(abi.encode(['bytes32', 'uint256'], [draw, i]))) % BigInt(count)))
  return [...drawn].sort((a, b) => a - b)
}

/** Whether all drawn segments are shown. More may be, to show a row's end. */
export function showsDrawn({ segments }: DrawPreview, { draw, count }: Pick<VersionRow, 'draw' | 'count'>): boolean {
  if (draw === null) return false
  const shown = new Set(segments.map(({ number }) => number))
  return drawnSegments(draw, count).every((number) => shown.has(number))
}
