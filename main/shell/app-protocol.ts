import { protocol, session } from 'electron'
import { readFile } from 'node:fs/promises'
import { contentSecurityPolicy } from '../core/web-policy.ts'
import { fileOfAppUrl, mayRequest } from './policy/app-url.ts'
import { isPermitted } from './policy/permissions.ts'

/** Has to be said before the app is ready. */
export const declareAppProtocol = (): void =>
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: false, stream: false } },
  ])

/**
 * Serves the window's files and closes every other way out. Files are read and not fetched: `net.fetch` of a file is a
 * request of the session too, which the policy below refuses (Electron 42, electron/electron#45915).
 */
export function lockSession(renderer: string): void {
  const { defaultSession } = session
  protocol.handle('app', async (request) => {
    const found = fileOfAppUrl(request.url, renderer)
    const body = found && (await readFile(found.file).catch(() => null))
    if (!found || !body) return new Response(null, { status: 404 })
    return new Response(body, {
      headers: {
        'content-type': found.type,
        'content-security-policy': contentSecurityPolicy("'none'"),
        'x-content-type-options': 'nosniff',
      },
    })
  })
  defaultSession.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !mayRequest(details.url) }))
  defaultSession.setPermissionRequestHandler((_contents, permission, callback, details) =>
    callback(isPermitted(permission, details.requestingUrl)),
  )
  defaultSession.setPermissionCheckHandler((_contents, permission, origin) => isPermitted(permission, origin))
  defaultSession.setDevicePermissionHandler(() => false)
}
