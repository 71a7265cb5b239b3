import type { Blocks } from './blocks.ts'
import { pathUrl } from './headers.ts'
import { readFolder, type DagBlock } from './unixfs.ts'

const MOST_ENTRIES = 10_000
const MOST_CHARACTERS = 8 * 2 ** 20
/** File systems hold 255 bytes; a name beyond this is no file's. */
const LONGEST_NAME = 1024
/** Changes with the page's look, so that a browser does not show an old one. */
const PAGE_VERSION = 1
const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
body{color-scheme:light dark}
table{border-collapse:collapse;width:100%}th,td{text-align:start;padding:.25rem .75rem;border-bottom:1px solid #8884}
td:nth-child(2){text-align:end;white-space:nowrap}code{overflow-wrap:anywhere}
h1{font-size:1.25rem;overflow-wrap:anywhere}`

export const directoryTag = ({ cid }: DagBlock): string => `"DirIndex-${PAGE_VERSION}_CID-${cid.toString()}"`

const escaped = (text: string): string => text.replace(/[&<>"']/g, (it) => `&#${it.charCodeAt(0)};`)

function sizeInWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  return step === 0 ? `${bytes} B` : `${(bytes / 1000 ** step).toFixed(1)} ${units[step]}`
}

/**
 * What a folder holds, as a page without scripts.
 * @param names of the path to the folder, the namespace and the root first
 */
export async function directoryPage(folder: DagBlock, names: readonly string[], blocks: Blocks): Promise<string> {
  const rows: string[] = []
  let characters = 0
  let more = false
  for await (const it of readFolder(folder, blocks)) {
    if (!('entry' in it)) continue
    if (rows.length >= MOST_ENTRIES || characters > MOST_CHARACTERS) {
      more = true
      break
    }
    const { name, cid, size } = it.entry
    const row = rowOf(names, name, cid.toString(), size)
    characters += row.length
    rows.push(row)
  }
  const title = `Index of /${names.join('/')}/`
  const up =
    names.length > 2 ? `<p><a href="${escaped(`${pathUrl(...names.slice(0, -1))}/`)}">Parent folder</a></p>` : ''
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1><bdi>${escaped(title)}</bdi></h1>
${up}
<table>
<thead><tr><th scope="col">Name</th><th scope="col">Size</th><th scope="col">CID</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
${more ? `<p>Only the first ${rows.length} entries are shown.</p>` : ''}
</main>
</body>
</html>
`
}

function rowOf(names: readonly string[], name: string, cid: string, size: number): string {
  // Names that no path can hold are shown, and lead nowhere.
  const reachable = name !== '' && name !== '.' && name !== '..' && !name.includes('/') && name.length <= LONGEST_NAME
  const shown = `<bdi>${escaped(name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name)}</bdi>`
  const link = reachable ? `<a href="${escaped(pathUrl(...names, name))}">${shown}</a>` : shown
  const block = `<a href="${escaped(pathUrl('ipfs', cid))}"><code>${cid}</code></a>`
  return `<tr><td>${link}</td><td>${sizeInWords(size)}</td><td>${block}</td></tr>`
}
