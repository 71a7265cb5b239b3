/**
 * What texts mean by our embedder against onnxruntime and Hugging Face's tokenizers in Python, on any model of the E5
 * family, and on one that the project makes. npm run check:embedder [-- FOLDER]   (HEARTH_PYTHON names a Python with
 * onnxruntime, tokenizers and numpy)
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Embedder } from '../native/embedder/embedder.ts'
import { writeEmbedder } from '../test/support/embedder.ts'
import { findPython } from './support/torch.ts'

const BAR = 1e-6
const texts = [
  'query: What’s my cat called?',
  'passage: Ann: We adopted a grey kitten!! 😀\nBen: naïve café, 2,5€',
  'passage: 我的猫叫咪咪',
  'passage: Meine Größe ist 1,80 m; Straße',
  'query: \u0000tab\tsep [MASK] <b>',
  `passage: ${'antidisestablishmentarianism '.repeat(40)}`,
]

const python = findPython(['onnxruntime', 'tokenizers', 'numpy'])
if (!python) {
  process.stdout.write('skipped: no Python with onnxruntime, tokenizers and numpy\n')
  process.exit(0)
}
const folder = await mkdtemp(join(tmpdir(), 'hearth-embedder-'))
const made = await writeEmbedder(join(folder, 'made'), [
  ['cat', 'katze', '猫'],
  ['my'],
  ['adopted'],
  ['grey'],
  ['kitten'],
  ['2'],
  ['query', 'passage'],
  [':'],
  ['?'],
])
let failed = false
for (const model of [made, ...process.argv.slice(2)]) {
  const { status, stdout, stderr } = spawnSync(
    python,
    [fileURLToPath(new URL('reference/embeddings.py', import.meta.url))],
    { input: JSON.stringify({ folder: model, texts }), maxBuffer: 2 ** 28 },
  )
  if (status !== 0) throw new Error(String(stderr).slice(-2000))
  const theirs = JSON.parse(String(stdout)) as number[][]
  await using embedder = await Embedder.open(model, 1)
  let most = 0
  for (const [i, text] of texts.entries()) {
    const [ours] = await embedder.embed([text])
    most = Math.max(most, ...ours!.map((value, at) => Math.abs(value - theirs[i]![at]!)))
  }
  failed ||= !(most <= BAR)
  process.stdout.write(
    `${most <= BAR ? 'ok  ' : 'FAIL'} ${most.toExponential(2)}  ${texts.length} texts, ${theirs[0]!.length} ` +
      `dimensions, ${model === made ? 'a model made here' : model} (bar ${BAR})\n`,
  )
}
await rm(folder, { recursive: true })
process.exit(failed ? 1 : 0)
