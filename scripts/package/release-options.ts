import { createPublicKey } from 'node:crypto'

/** What a release's maker knows and this repository does not; docs/releasing.md. */
export interface ReleaseOptions {
  /** For electron-builder. */
  readonly arguments: readonly string[]
  /** Goes into the archive. */
  readonly updateKey: string | null
}

/** @throws Error where what belongs together is not there */
export function releaseOptions(environment: Readonly<Record<string, string | undefined>>): ReleaseOptions {
  const {
    HEARTH_UPDATE_URL: url,
    HEARTH_UPDATE_PUBLIC_KEY: key,
    HEARTH_HOMEPAGE: homepage,
    HEARTH_MAINTAINER: maintainer,
  } = environment
  if (!url !== !key)
    throw new Error('HEARTH_UPDATE_URL and HEARTH_UPDATE_PUBLIC_KEY belong together: a feed is held to a key')
  if (url && new URL(url).protocol !== 'https:') throw new Error('HEARTH_UPDATE_URL must be https')
  if (key && createPublicKey(key).asymmetricKeyType !== 'ed25519')
    throw new Error('HEARTH_UPDATE_PUBLIC_KEY must be an Ed25519 key as PEM')
  return {
    arguments: [
      ...(url ? ['-c.publish.provider=generic', `-c.publish.url=${url}`] : []),
      ...(homepage ? [`-c.extraMetadata.homepage=${homepage}`] : []),
      ...(maintainer ? [`-c.deb.maintainer=${maintainer}`] : []),
    ],
    updateKey: key ?? null,
  }
}
