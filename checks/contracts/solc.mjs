// The part of solc's command line that slither uses (--version, --combined-json), on npm's solc, so that analysis and
// tests compile with the same one.
import { readFileSync } from 'node:fs'
import solc from 'solc'

const file = process.argv.slice(2).find((argument) => argument.endsWith('.sol'))
if (!file) {
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`)
  process.exit(0)
}
const root = new URL('../../', import.meta.url)
const readable = (path) => {
  for (const from of [new URL('contracts/', root), new URL('node_modules/', root)])
    try {
      return { contents: readFileSync(new URL(path, from), 'utf8') }
    } catch {
      // The next place.
    }
  return { error: `${path} is not there` }
}
const wanted = ['abi', 'evm.bytecode', 'evm.deployedBytecode', 'evm.methodIdentifiers', 'userdoc', 'devdoc']
const output = JSON.parse(
  solc.compile(
    JSON.stringify({
      language: 'Solidity',
      sources: { [file]: { content: readable(file).contents } },
      settings: { evmVersion: 'osaka', outputSelection: { '*': { '*': wanted, '': ['ast'] } } },
    }),
    { import: readable },
  ),
)
const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error')
if (errors.length > 0) {
  process.stderr.write(errors.map(({ formattedMessage }) => formattedMessage).join('\n'))
  process.exit(1)
}
const contracts = {}
for (const [source, compiled] of Object.entries(output.contracts))
  for (const [name, { abi, evm, userdoc, devdoc }] of Object.entries(compiled))
    contracts[`${source}:${name}`] = {
      abi,
      bin: evm.bytecode.object,
      srcmap: evm.bytecode.sourceMap,
      'bin-runtime': evm.deployedBytecode.object,
      'srcmap-runtime': evm.deployedBytecode.sourceMap,
      hashes: evm.methodIdentifiers,
      userdoc,
      devdoc,
    }
const sources = Object.entries(output.sources)
process.stdout.write(
  JSON.stringify({
    contracts,
    sources: Object.fromEntries(sources.map(([name, { ast }]) => [name, { AST: ast }])),
    sourceList: sources.toSorted(([, one], [, two]) => one.id - two.id).map(([name]) => name),
    version: solc.version(),
  }),
)
