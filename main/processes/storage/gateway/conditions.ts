import { HttpError } from './http-error.ts'

const tagsIn = (header: string): string[] => header.match(/(?:W\/)?"[^"]*"/g) ?? []
const withoutWeak = (tag: string): string => tag.replace(/^W\//, '')

interface Conditions {
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
}

/**
 * Whether the client has it already (RFC 9110, 13.1). The first tag is that of the answer; others stand for it too.
 * @throws HttpError 412 where the client wants another version than there is
 */
export function notModified({ ifMatch, ifNoneMatch }: Conditions, tags: readonly [string, ...string[]]): boolean {
  // If-Match compares strongly, so a weak tag matches nothing there.
  if (ifMatch !== undefined && ifMatch.trim() !== '*') {
    const [tag] = tags
    if (tag.startsWith('W/') || !tagsIn(ifMatch).includes(tag))
      throw new HttpError(412, `what is here has the tag ${tag}, which If-Match does not name`)
  }
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  const known = new Set(tags.map(withoutWeak))
  return tagsIn(ifNoneMatch).some((tag) => known.has(withoutWeak(tag)))
}

/** Whether a Range is to be heeded: If-Range names the very version that is here (RFC 9110, 13.1.5). */
export const rangeStillHolds = (ifRange: string | undefined, tag: string): boolean =>
  ifRange === undefined || (!tag.startsWith('W/') && ifRange.trim() === tag)
