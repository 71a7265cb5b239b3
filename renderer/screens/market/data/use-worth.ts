import { useQuery } from '@tanstack/react-query'
import type { QualityReport } from '../../../../common/model/quality.ts'
import { languageOf, worthOf, type Comparable, type Worth } from '../../../../common/model/worth.ts'
import { query } from '../../../state/transport.ts'

/** What the market says that data of texts is worth; undefined until that is known, null where nothing is like it. */
export function useWorth(report: QualityReport | null): Worth | null | undefined {
  const offers = useQuery({ ...query.data.offers.queryOptions(), enabled: report !== null }).data
  if (!report) return null
  return (
    offers &&
    worthOf(
      report.items,
      languageOf(report),
      offers.flatMap(({ asset, metadata, sold, mine }): Comparable[] =>
        mine || !metadata?.report
          ? []
          : [
              {
                seller: asset.owner,
                price: asset.price,
                items: metadata.report.items,
                sold,
                language: languageOf(metadata.report),
              },
            ],
      ),
    )
  )
}
