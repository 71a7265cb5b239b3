import { useQuery } from '@tanstack/react-query'
import type { PartnerView } from '../../common/api/partner.ts'
import { untilBack } from './live.ts'
import { query } from './transport.ts'

/** How the practice partner is doing. */
export const usePartner = (): PartnerView | undefined =>
  useQuery(query.partner.watch.experimental_liveOptions({ ...untilBack, refetchOnMount: 'always' })).data
