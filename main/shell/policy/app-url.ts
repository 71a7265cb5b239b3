import { extname, join, normalize, sep } from 'node:path'
import { contentTypes } from '../../core/web-policy.ts'

export const APP_ORIGIN = 'app://hearth'

/** The file of an app: address: below the root, of a known type, or null. */
export function fileOfAppUrl(url: string, root: string): { file: string; type: string } | null {
  try {
    const { protocol, host, pathname } = new URL(url)
    if (protocol !== 'app:' || host !== 'hearth') return null
    const path = decodeURIComponent(pathname)
    const file = normalize(join(root, path === '/' || path === '' ? 'index.html' : path))
    const type = contentTypes[extname(file)]
    return type && file.startsWith(root + sep) && !file.includes('\0') ? { file, type } : null
  } catch {
    return null
  }
}

/** The window stays in the app; nothing else is ever opened in it. */
export const mayNavigate = (url: string): boolean => url.startsWith(`${APP_ORIGIN}/`)
/** What the window's network stack may fetch. */
export const mayRequest = (url: string): boolean =>
  url.startsWith(`${APP_ORIGIN}/`) || url.startsWith('blob:app://hearth/') || url.startsWith('devtools:')
