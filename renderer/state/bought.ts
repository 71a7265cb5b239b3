import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import type { BoughtWay } from '../../common/model/bought-names.ts'
import { api, query } from './transport.ts'

/** A file of a purchase that a form is to read instead of one that is chosen. */
export interface BoughtFile {
  readonly sale: number
  readonly path: string
  /** The purchase's. */
  readonly name: string
}

/** What names it in an address, as in `#/train?bought=3&file=data.jsonl`. */
export const boughtQuery = (sale: number, path: string): string =>
  new URLSearchParams({ bought: String(sale), file: path }).toString()

/** The bought file that the address names, or null, and what takes it out of the address. */
export function useBoughtFile(): { readonly bought: BoughtFile | null; readonly forget: () => void } {
  const [search, setSearch] = useSearchParams()
  const [sale, path] = [Number(search.get('bought')), search.get('file')]
  const { data } = useQuery(query.data.overview.queryOptions({ enabled: path !== null }))
  const name =
    data?.bought.find((item) => item.sale.id === sale)?.own?.name ?? data?.kept.find((item) => item.sale === sale)?.name
  return {
    bought: path !== null && name !== undefined ? { sale, path, name } : null,
    forget: () => setSearch({}, { replace: true }),
  }
}

/** Hands it to the host's readers of uploads; its licence may forbid that. @returns the upload */
export const handOver = async ({ sale, path }: BoughtFile, way: BoughtWay): Promise<string> =>
  (await api.data.handOver({ sale, path, way })).upload
