import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { LONGEST_PROMPT, MOST_SAMPLES, TrialPrompt } from '../../../../common/model/trial.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { api, query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { SelectField, TextArea } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'

const Prompt = z.string().trim().max(LONGEST_PROMPT)
const Prompts = z
  .object({ kind: TrialPrompt.shape.kind, texts: z.array(Prompt).length(MOST_SAMPLES) })
  .transform(({ kind, texts }) => [...new Set(texts)].filter(Boolean).map((text) => ({ kind, text })))

interface Props {
  readonly run: string
  readonly asked: readonly TrialPrompt[]
}

/** Before a run is started, or while it is paused: what it is asked on its way. */
export function SamplesForm({ run, asked }: Props) {
  const { t } = useTranslation()
  const proposed = useQuery(query.trial.prompts.queryOptions({ input: { run } })).data
  return (
    <>
      <p className={layout.muted}>{t('trial.samples.text')}</p>
      {proposed ? (
        <Fields run={run} asked={asked} proposed={asked.length > 0 ? asked : proposed} />
      ) : (
        <Skeleton label={t('common.loading')} />
      )}
    </>
  )
}

function Fields({ run, asked, proposed }: Props & { readonly proposed: readonly TrialPrompt[] }) {
  const { t } = useTranslation()
  const kind = proposed[0]?.kind ?? 'text'
  const like = proposed.filter((prompt) => prompt.kind === kind)
  const stale = [query.trial.samples.key()]
  const form = useSchemaForm({
    schema: Prompts,
    values: { kind, texts: Array.from({ length: MOST_SAMPLES }, (_, i) => like[i]?.text ?? '') },
    save: (prompts) => api.trial.askSamples({ run, prompts }),
    stale,
  })
  const end = useApiMutation(() => api.trial.askSamples({ run, prompts: [] }), stale)
  const isAsked = asked.length > 0
  return (
    <Form
      form={form}
      kind="secondary"
      submit={t(isAsked ? 'trial.samples.change' : 'trial.samples.ask')}
      beside={
        isAsked && (
          <>
            <Button disabled={end.isPending} onClick={() => end.mutate()}>
              {t('trial.samples.end')}
            </Button>
            <span role="status">{t('trial.samples.willAsk')}</span>
          </>
        )
      }
    >
      {Array.from({ length: MOST_SAMPLES }, (_, i) => (
        <TextArea
          key={i}
          label={t('trial.samples.prompt', { number: i + 1 })}
          rows={2}
          maxLength={LONGEST_PROMPT}
          {...form.field(`texts.${i}`)}
        />
      ))}
      <SelectField label={t('trial.kind')} {...form.field('kind')}>
        <option value="text">{t('trial.kinds.text')}</option>
        <option value="chat">{t('trial.kinds.chat')}</option>
      </SelectField>
      {end.errorText && <Problem>{end.errorText}</Problem>}
    </Form>
  )
}
