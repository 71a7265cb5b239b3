import { AbiCoder, keccak256 } from 'ethers'
import {
  drawSize,
  type AssetMetadata,
  type DrawPreview,
  type VersionRow,
} from '../../../../common/model/data-market.ts'
import { TAG_BYTES } from '../../../core/segment-cipher.ts'

/** The file of a package whose lines are its rows. It stands first, so that a lot can draw from its segments. */
export const ROWS_FILE = 'data.jsonl'

const abi = AbiCoder.defaultAbiCoder()

/** The lot of a version, as `DataAssets.list` computes it. */
export const drawOf = (blockHash: string, asset: number, version: number): string =>
  keccak256(abi.encode(['bytes32', 'uint256', 'uint24'], [blockHash, asset, version]))

/** Plain bytes of the rows, as far as the description says. */
export const rowBytes = (files: AssetMetadata['files']): number =>
  files.find(({ path }) => path === ROWS_FILE)?.bytes ?? 0

/**
 * How many of a package's first segments a lot has to draw from: all of a text's; of pictures and recordings those that
 * their rows stand in, as far as the description says; none of what has no rows.
 * @param segment sealed bytes of a full one
 */
export function drawnFrom(
  { kind, files }: Pick<AssetMetadata, 'kind' | 'files'>,
  segments: number,
  segment: number,
): number {
  if (kind === 'text') return segments
  if (kind !== 'media') return 0
  return Math.ceil(rowBytes(files) / (segment - TAG_BYTES))
}

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
