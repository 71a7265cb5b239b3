import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import * as z from 'zod'
import type { BaseRow } from '../../../../common/api/training.ts'
import type { DataLook } from '../../../../common/model/data-look.ts'
import { methodNames, presetNames } from '../../../../common/model/recipe-presets.ts'
import { files } from '../../../forms/fields.ts'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import type { BoughtFile } from '../../../state/bought.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { api } from '../../../state/transport.ts'
import { useRunData } from './use-run-data.ts'

export const LONGEST_NAME = 80
const Run = z.object({
  name: z.string().trim().max(LONGEST_NAME),
  files: files(0),
  base: z.string(),
  preset: z.enum(presetNames),
  method: z.enum(methodNames),
  sequenceLength: z.string().transform(Number),
  task: z.enum(['write', 'classify']),
  template: z.enum(['own', 'chatml', 'plain']),
})
type Run = z.infer<typeof Run>

export type NewRunForm = ReturnType<typeof useSchemaForm<z.input<typeof Run>, Run>>

interface NewRun {
  readonly form: NewRunForm
  readonly base: BaseRow
  /** What the run is called where its person gives it no name. */
  readonly unnamed: string
  /** How much of the data was handed over; null while none is. */
  readonly share: number | null
  readonly look: {
    readonly start: () => void
    readonly busy: boolean
    /** Of what is chosen now; null where nothing was looked at, or something else. */
    readonly found: DataLook | null
    readonly problem: string | null
  }
}

/** The form of a new run, and a look at its data before it is made. */
export function useNewRun(bases: readonly BaseRow[], newest: BaseRow, bought: BoughtFile | null): NewRun {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const data = useRunData(bought)
  const unnamed = bought?.name.slice(0, LONGEST_NAME) ?? t('train.unnamed')
  const baseAt = (path: string): BaseRow => bases.find((item) => item.path === path) ?? newest
  /** What decides how the data is read. An encoder writes nothing, whatever was chosen before. */
  const reading = ({ base, sequenceLength, task, template }: Run) => {
    const { path, writesText } = baseAt(base)
    const classify = !writesText || task === 'classify'
    return {
      base: path,
      sequenceLength,
      classify,
      ...(template === 'own' || classify ? {} : { template }),
    }
  }
  const form = useSchemaForm({
    schema: Run,
    values: {
      name: '',
      files: null,
      base: newest.path,
      preset: 'balanced',
      method: 'lora',
      sequenceLength: '128',
      task: 'write',
      template: 'own',
    },
    save: async (run) => {
      const uploads = await data.take(run.files)
      const made = api.training.create({
        ...reading(run),
        name: run.name || unnamed,
        preset: run.preset,
        method: run.method,
        uploads,
        demoData: uploads.length === 0,
      })
      const { id } = await made.finally(data.forget)
      await navigate(`/train/${id}`)
    },
  })
  const chosen = Run.safeParse({
    name: '',
    files: form.value('files'),
    base: form.value('base'),
    preset: form.value('preset'),
    method: form.value('method'),
    sequenceLength: form.value('sequenceLength'),
    task: form.value('task'),
    template: form.value('template'),
  }).data
  const asked = chosen ? JSON.stringify([data.keyOf(chosen.files), reading(chosen)]) : ''
  const look = useApiMutation(async () => {
    if (!chosen) return null
    const uploads = await data.take(chosen.files)
    return { asked, found: await api.training.look({ ...reading(chosen), uploads, demoData: uploads.length === 0 }) }
  })
  return {
    form,
    share: data.share,
    unnamed,
    base: baseAt(form.value('base')),
    look: {
      start: () => look.mutate(),
      busy: look.isPending,
      found: look.data && look.data.asked === asked ? look.data.found : null,
      problem: look.errorText,
    },
  }
}
