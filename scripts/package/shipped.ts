import type { Target } from './targets.ts'

/**
 * Whether a file of the packages is shipped: code and what it reads, not what it was made from, nor another system's
 * natives.
 * @param path below the project, with forward slashes
 */
export function isShipped(path: string, { platform, arch }: Target): boolean {
  if (left.some((pattern) => pattern.test(path))) return false
  const prebuild = /^node_modules\/better-sqlite3\/prebuilds\/(.+)$/.exec(path)
  if (prebuild) return prebuild[1] === `${platform}-${arch}.node`
  const runtime = /^node_modules\/onnxruntime-node\/bin\/napi-v\d+\/([^/]+)\/([^/]+)\//.exec(path)
  if (runtime) return runtime[1] === platform && runtime[2] === arch
  return true
}

const left: readonly RegExp[] = [
  /\.(map|ts|mts|cts|md|markdown|tsbuildinfo)$/,
  /\/(test|tests|__tests__|docs|example|examples)\//,
  /\/node_modules\/\.bin\//,
  /^node_modules\/stdnum\/(lib\/esm|src)\//,
  /^node_modules\/better-sqlite3\/(deps|src)\//,
  /^node_modules\/onnxruntime-node\/(script|lib|src)\//,
  // Sources of llama.cpp; what is known of its release lies beside them and is read at start.
  /^node_modules\/node-llama-cpp\/(templates\/|llama\/(?![^/]+\.json$))/,
  // Of the compiler, which node-llama-cpp would take where it is there.
  /^node_modules\/@typescript\//,
  // Builds for browsers.
  /^node_modules\/(mqtt|ethers)\/dist\//,
  /^node_modules\/libphonenumber-js\/bundle\//,
  /^node_modules\/eld\/src\/ngrams\/(extrasmall|medium|large)\.js$/,
]
