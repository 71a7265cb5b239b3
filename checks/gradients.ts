/**
 * Every method on every family, on every op profile and plan: the engine's gradients against finite differences of an
 * independent float64 model, and against torch's float64 autograd where python3-torch is installed.
 * npm run check:gradients [-- --quick]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelFamily } from '../native/trainer/models/family.ts'
import { models } from '../native/trainer/models/registry.ts'
import { compareGradients, gradientCase, type Comparison, type GradientCase } from './support/gradient-case.ts'
import { torchReference } from './support/torch.ts'
import { softwareGpuFound } from './support/webgpu.ts'

const BAR = 2e-6
/** A tensor's error by finite differences is an estimate from 12 directions: √(χ²₁₂/12) is below 1.66 in 99.9 % ' +
'of them. */
const ESTIMATE_SPREAD = 1.66
const quick = process.argv.includes('--quick')
const print = (line: string) => process.stdout.write(`${line}\n`)

const writesText = (family: ModelFamily): boolean =>
  family.parse(family.fixture.config).architecture(1).outputWeight !== null

function* cases(): Generator<GradientCase> {
  for (const family of models.families) {
    const targets = [...family.fixture.targets]
    const classes = writesText(family) ? null : 3
    const methods: GradientCase['method'][] = [
      { kind: 'lora', rank: 4, alpha: 8, dropout: 0, targets },
      { kind: 'dora', rank: 4, alpha: 8, dropout: 0, targets },
      { kind: 'bottleneck', size: 8 },
      { kind: 'prefix', length: 3, hidden: 16 },
      { kind: 'p-tuning', length: 3 },
    ]
    for (const method of methods)
      for (const backend of ['cpu', 'webgpu'] as const)
        for (const plan of backend === 'cpu' ? (['monolith', 'save', 'recompute'] as const) : (['recompute'] as const))
          yield { family, method, backend, plan, format: 'f32', classes }
  }
  const lora = ({ fixture }: ModelFamily): GradientCase['method'] => ({
    kind: 'lora',
    rank: 4,
    alpha: 8,
    dropout: 0,
    targets: [...fixture.targets],
  })
  const [first] = models.families
  for (const format of ['f16', 'int8', 'q4_0', 'q4_k', 'nf4'] as const)
    for (const backend of ['cpu', 'webgpu'] as const)
      yield {
        family: first,
        method: lora(first),
        backend,
        plan: 'recompute',
        format,
        classes: null,
      }
  for (const family of [first, models.family('gpt2')])
    yield { family, method: lora(family), backend: 'cpu', plan: 'save', format: 'f32', classes: 3 }
}

const folder = await mkdtemp(join(tmpdir(), 'hearth-gradients-'))
let [failed, done] = [0, 0]
const worst = new Map<string, number>()
const describe = ({ family, method, backend, plan, format, classes }: GradientCase) =>
  `${family.type} ${method.kind}${format === 'nf4' ? ' (QLoRA)' : ''} ${format} ${backend} ` +
  `${plan}${classes === null ? '' : ` ${classes} classes`}`
const skipped: string[] = []
if (!softwareGpuFound()) skipped.push('webgpu: no GPU driver found (Debian: chromium brings a software one)')
const torch = torchReference()
if (torch === null) skipped.push('torch: python3-torch is not installed')
try {
  for (const item of cases()) {
    if (item.backend === 'webgpu' && !softwareGpuFound()) continue
    if (quick && (item.plan === 'save' || (item.backend === 'webgpu' && item.family !== models.families[0]))) continue
    const ready = await gradientCase(join(folder, `${done}`), item)
    const comparisons: Comparison[] = [compareGradients(ready, 'finite differences')]
    if (torch) comparisons.push(compareGradients(ready, 'torch float64', torch))
    for (const { against, tensors } of comparisons) {
      // Over all tensors of a case the estimate's spread is gone, so the bar holds as it stands.
      const together = Math.sqrt(tensors.reduce((sum, { error }) => sum + error ** 2, 0) / tensors.length)
      if (!(together <= BAR)) failed++
      print(
        `${together <= BAR ? 'ok  ' : 'FAIL'} ${together.toExponential(2)}  ${describe(item)}  all tensors  ` +
          `(${against})`,
      )
      for (const { name, error } of tensors) {
        const bad = !(error <= (against === 'finite differences' ? BAR * ESTIMATE_SPREAD : BAR))
        if (bad) failed++
        worst.set(against, Math.max(worst.get(against) ?? 0, error))
        print(`${bad ? 'FAIL' : 'ok  '} ${error.toExponential(2)}  ${describe(item)}  ${name}  (${against})`)
      }
    }
    done++
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
for (const line of skipped) print(`skipped ${line}`)
for (const [against, error] of worst)
  print(`largest relative error of a tensor against ${against}: ${error.toExponential(2)}`)
print(`${done} cases, bar ${BAR}, ${failed} above it`)
process.exit(failed > 0 ? 1 : 0)
