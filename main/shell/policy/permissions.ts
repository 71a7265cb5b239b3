/** Permissions that the window gets, each with its reason. Everything else is refused. */
const granted: Readonly<Record<string, string>> = {
  'clipboard-sanitized-write': 'copying hashes, addresses and diagnostics',
}

export const isPermitted = (permission: string, origin: string): boolean =>
  permission in granted && origin.startsWith('app://hearth')
