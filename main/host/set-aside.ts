import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DataPaths } from '../core/paths.ts'

/** Files that were damaged and are kept beside what took their place, by their paths in the data folder. */
export const setAside = ({ root, practice }: DataPaths): string[] =>
  [root, practice].flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => /\.(?:corrupt|damaged)-\d+$/.test(name))
          .map((name) => join(folder, name))
      : [],
  )
