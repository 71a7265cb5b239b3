/** What a hearth: link may ask for. A link opens a screen; it never acts. */
export type DeepLink =
  | { readonly kind: 'offer'; readonly id: number }
  | { readonly kind: 'order'; readonly id: number }
  | { readonly kind: 'transaction'; readonly hash: string }
  | { readonly kind: 'address'; readonly address: string }

export function parseDeepLink(text: string): DeepLink | null {
  const match = /^hearth:\/\/(offer|order|tx|address)\/([0-9a-zA-Z]{1,66})\/?$/.exec(text)
  if (!match) return null
  const [, kind, value = ''] = match
  const id = /^\d{1,12}$/.test(value) ? Number(value) : 0
  if ((kind === 'offer' || kind === 'order') && id > 0) return { kind, id }
  if (kind === 'tx' && /^0x[0-9a-fA-F]{64}$/.test(value)) return { kind: 'transaction', hash: value.toLowerCase() }
  if (kind === 'address' && /^0x[0-9a-fA-F]{40}$/.test(value)) return { kind: 'address', address: value.toLowerCase() }
  return null
}

/** The route that a link shows. */
export function routeOf(link: DeepLink): string {
  switch (link.kind) {
    case 'offer':
      return '/market'
    case 'order':
      return `/market/${link.id}`
    case 'transaction':
      return `/explorer/tx/${link.hash}`
    case 'address':
      return `/explorer/address/${link.address}`
  }
}
