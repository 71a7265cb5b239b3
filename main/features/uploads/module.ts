import type { Foundation, Module } from '../../core/module.ts'
import { Uploads } from './uploads.ts'

/** Files that the window hands over, for the features that read them. */
export function uploadsModule({ log, paths, runner }: Foundation) {
  const uploads = new Uploads({ paths, log, runner })
  return { services: { uploads }, start: [uploads], api: {} } satisfies Module
}
