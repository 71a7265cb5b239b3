import { listed } from '../../../common/strict-reader.ts'
import { PatternError, wholePattern } from './pattern.ts'
import { unsupportedAdapter, type PeftSettings } from './peft-config.ts'

type Test = (module: string) => boolean

/** A test of module names by a stranger's regular expression. */
function patternOf(pattern: string, setting: string): Test {
  try {
    return wholePattern(pattern)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    throw unsupportedAdapter(`the pattern of “${setting}” cannot be read (${error.message}): ${pattern.slice(0, 100)}`)
  }
}

/** As PEFT matches an item of a list: the module's whole name, or the end of it from a dot on. */
const endsWith =
  (item: string): Test =>
  (module) =>
    module === item || module.endsWith(`.${item}`)

/** What a setting says by list or by regular expression. */
function matches(value: string | readonly string[], setting: string): Test {
  if (typeof value === 'string') return patternOf(value, setting)
  const tests = value.map(endsWith)
  return (module) => tests.some((test) => test(module))
}

/** The layer in a module's name: the first number behind two other parts, or behind a part of this name. */
function layerOf(module: string, patterns: readonly string[]): number | null {
  const parts = module.split('.')
  for (let i = 1; i < parts.length - 1; i++) {
    const named = patterns.length === 0 ? i >= 2 : patterns.includes(parts[i - 1] ?? '')
    if (named && /^\d+$/.test(parts[i] ?? '')) return Number(parts[i])
  }
  return null
}

function layersTest(
  { layers_to_transform: layers, layers_pattern: pattern }: PeftSettings,
  modules: readonly string[],
): Test {
  const patterns = pattern == null ? [] : [pattern].flat()
  const wanted = layers == null ? [] : [layers].flat()
  const odd = patterns.filter((name) => !/^\w+$/.test(name))
  if (odd.length > 0) throw unsupportedAdapter(`“layers_pattern” is read as a plain name only, got ${listed(odd)}`)
  if (wanted.length === 0) {
    if (patterns.length > 0) throw unsupportedAdapter('“layers_pattern” is set without “layers_to_transform”')
    return () => true
  }
  const found = new Set(modules.map((module) => layerOf(module, patterns)))
  const beyond = wanted.filter((layer) => !found.has(layer))
  if (beyond.length > 0)
    throw unsupportedAdapter(`“layers_to_transform” names layer ${beyond[0]}, which the model does not have`)
  return (module) => {
    const layer = layerOf(module, patterns)
    return layer !== null && wanted.includes(layer)
  }
}

/**
 * The modules that an adapter's settings name, in the order of the model (PEFT's check_target_module_exists).
 * @param modules names of all modules of the model that have weights
 * @param linear those that “all-linear” means
 * @throws HearthError MODEL_UNSUPPORTED for a name that no module has
 */
export function targetsOf(
  settings: PeftSettings,
  modules: readonly string[],
  linear: readonly string[],
): readonly string[] {
  const { target_modules: wanted, exclude_modules: excluded, modules_to_save: saved } = settings
  if (wanted == null || wanted.length === 0) throw unsupportedAdapter('“target_modules” names nothing')
  const inLayers = layersTest(settings, modules)
  const isExcluded = excluded == null || excluded.length === 0 ? () => false : matches(excluded, 'exclude_modules')
  // PEFT takes an entry for a pattern between dots; names are what people write.
  const isSaved: Test = (module) => saved?.some((name) => `.${module}.`.includes(`.${name}.`)) ?? false
  const free = (module: string) => !isExcluded(module) && !isSaved(module)
  if (typeof wanted === 'string') {
    if (settings.layers_to_transform != null)
      throw unsupportedAdapter('“layers_to_transform” goes with a list of “target_modules” only')
    const found = (
      wanted.toLowerCase() === 'all-linear' ? linear : modules.filter(matches(wanted, 'target_modules'))
    ).filter(free)
    if (found.length === 0) throw unsupportedAdapter(`“target_modules” matches no module: ${wanted.slice(0, 100)}`)
    return found
  }
  const unmatched = wanted.filter((item) => !modules.some(endsWith(item)))
  if (unmatched.length > 0)
    throw unsupportedAdapter(`“target_modules” names ${listed(unmatched)}, and no module of the model is called so`)
  const found = modules
    .filter(free)
    .filter((module) => wanted.includes(module) || (wanted.some((item) => endsWith(item)(module)) && inLayers(module)))
  if (found.length === 0) throw unsupportedAdapter('what its settings leave of “target_modules” is no module')
  return found
}

/**
 * Reads `rank_pattern` or `alpha_pattern`: the value of the first key that a module's name ends with.
 * @throws HearthError MODEL_UNSUPPORTED for a key that fits no target
 */
export function valueByPattern(
  setting: 'rank_pattern' | 'alpha_pattern',
  values: Readonly<Record<string, number>> | null | undefined,
  otherwise: number,
  targets: readonly string[],
): (module: string) => number {
  const entries = Object.entries(values ?? {}).map(([key, value]) => {
    const test = patternOf(`(?:.*\\.)?(?:${key})`, setting)
    if (!targets.some(test)) throw unsupportedAdapter(`“${setting}” names ${listed([key])}, which is no target`)
    return { test, value }
  })
  return (module) => entries.find(({ test }) => test(module))?.value ?? otherwise
}
