import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { listed, StrictReader } from '../../../common/strict-reader.ts'

const file = 'adapter_config.json'
export const unsupportedAdapter = (why: string): HearthError =>
  new HearthError('MODEL_UNSUPPORTED', `${file}: ${why}`, { file })

const names = z.union([z.string(), z.array(z.string())])
const byPattern = z.record(z.string(), z.number().positive())

/** What is read of a LoRA adapter's settings (PEFT's LoraConfig). */
const Settings = z.object({
  peft_type: z.string(),
  task_type: z.string().nullish(),
  base_model_name_or_path: z.string().nullish(),
  r: z.int().min(1).max(4096),
  lora_alpha: z.number().positive(),
  target_modules: names.nullish(),
  exclude_modules: names.nullish(),
  layers_to_transform: z.union([z.int().min(0), z.array(z.int().min(0)).min(1)]).nullish(),
  layers_pattern: names.nullish(),
  modules_to_save: z.array(z.string()).nullish(),
  rank_pattern: byPattern.nullish(),
  alpha_pattern: byPattern.nullish(),
  bias: z.string().nullish(),
  lora_bias: z.boolean().nullish(),
  use_dora: z.boolean().nullish(),
  use_rslora: z.boolean().nullish(),
  init_lora_weights: z.union([z.boolean(), z.string()]).nullish(),
})
export type PeftSettings = z.infer<typeof Settings>

/** Settings that describe or concern training alone: the finished adapter is the same with any value. */
const passed = [
  'peft_version',
  'revision',
  'auto_mapping',
  'inference_mode',
  'lora_dropout',
  'megatron_core',
  // PEFT itself corrects it to how the base stores its projections.
  'fan_in_fan_out',
  // Only read with use_qalora.
  'qalora_group_size',
]

/** Ways of beginning that leave the base as it is. Others take a part out of the base that the adapter holds. */
const plainStarts: readonly (string | boolean | null)[] = [true, false, null, 'gaussian', 'orthogonal', 'eva']
const tasks: readonly (string | null)[] = [null, 'CAUSAL_LM', 'SEQ_CLS']
const biases: readonly string[] = ['none', 'all', 'lora_only']

const isUnused = (value: unknown): boolean =>
  value === null || value === false || (typeof value === 'object' && Object.keys(value).length === 0)

/** The settings of an adapter, all of them understood. @throws HearthError MODEL_UNSUPPORTED or MODEL_BROKEN */
export function readPeftSettings(text: string): PeftSettings {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new HearthError('MODEL_BROKEN', `${file} is not valid JSON`, { file })
  }
  const object = z.record(z.string(), z.unknown()).safeParse(json)
  if (!object.success) throw new HearthError('MODEL_BROKEN', `${file} must hold an object`, { file })
  const reader = StrictReader.ofObject(object.data)
  const type = reader.take('peft_type')
  if (type !== 'LORA')
    throw unsupportedAdapter(`only adapters of the type LORA are read; this one is ${JSON.stringify(type ?? null)}`)
  reader.pass(Object.keys(Settings.shape))
  reader.pass(passed)
  reader.pass((_, value) => isUnused(value))
  if (reader.unread.length > 0)
    throw unsupportedAdapter(`${listed(reader.unread)} may change what the adapter does, and is not supported`)
  const parsed = Settings.safeParse(json)
  if (!parsed.success)
    throw unsupportedAdapter(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
  const settings = parsed.data
  const start = settings.init_lora_weights ?? null
  if (!plainStarts.includes(typeof start === 'string' ? start.toLowerCase() : start))
    throw unsupportedAdapter(
      `“init_lora_weights” is ${JSON.stringify(start)}, which changes the base model too; save the adapter converted ` +
        'to plain LoRA (path_initial_model_for_weight_conversion of PEFT’s save_pretrained)',
    )
  if (!tasks.includes(settings.task_type ?? null))
    throw unsupportedAdapter(`“task_type” ${JSON.stringify(settings.task_type)} is not supported`)
  if (!biases.includes(settings.bias ?? 'none'))
    throw unsupportedAdapter(`“bias” must be one of ${biases.join(', ')}, got ${JSON.stringify(settings.bias)}`)
  return settings
}
