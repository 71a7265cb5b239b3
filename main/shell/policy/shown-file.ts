import { resolve, sep } from 'node:path'

/** Whether a file may be shown in its folder: one of the data folder's, as the host names it. */
export const mayShow = (path: string, dataRoot: string): boolean =>
  resolve(path) === path && path.startsWith(resolve(dataRoot) + sep)
