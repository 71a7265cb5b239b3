import type { TFunction } from 'i18next'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { shortHash } from '../../../lib/format.ts'
import { useOverview } from '../../../state/overview.ts'
import { query } from '../../../state/transport.ts'

/** Whom new coins and tokens come from. */
const NOBODY = /^0x0{40}$/

/** What a contract is called; its own name where this version has no words for it. */
export const contractWords = (t: TFunction, name: string): string =>
  t(`explorer.contracts.${name}` as 'explorer.contracts.coin', name)

/** The name under which this window knows an address: a contract's, or the wallet's own. */
function useAccountName(): (address: string) => string | null {
  const { t } = useTranslation()
  const own = useOverview().wallet.address?.toLowerCase()
  // Where the contracts lie is settled before the host opens.
  const contracts = useQuery(query.explorer.contracts.queryOptions({ staleTime: Infinity })).data ?? {}
  return (address) => {
    const wanted = address.toLowerCase()
    if (wanted === own) return t('explorer.you')
    if (NOBODY.test(wanted)) return t('explorer.nobody')
    const name = Object.keys(contracts).find((contract) => contracts[contract]?.toLowerCase() === wanted)
    return name === undefined ? null : contractWords(t, name)
  }
}

/** An address as a link: by its name where it has one, the whole of it one hover away. */
export function Account({ address }: { readonly address: string | null }) {
  const nameOf = useAccountName()
  if (address === null) return '–'
  const name = nameOf(address)
  return (
    <Link to={`/explorer/address/${address}`} title={address}>
      {name ?? <code>{shortHash(address)}</code>}
    </Link>
  )
}
