import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import type { RunDetail } from '../../../../common/api/training.ts'
import { llamaWays } from '../../../../common/model/recipe-presets.ts'
import { LONGEST_PROMPT, TrialPrompt } from '../../../../common/model/trial.ts'
import { number } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { SelectField, TextArea, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { KeepForm } from './keep-form.tsx'
import { TrialRound } from './trial-round.tsx'
import { useTrial } from './use-trial.ts'

const Trial = z.object({
  ...TrialPrompt.shape,
  maxTokens: number(z.int().min(1).max(2000)),
  temperature: number(z.number().min(0).max(2)),
})

/** A finished run beside its base: the same prompt to both. */
export function TrialCard({ detail: { run, recipe } }: { readonly detail: RunDetail }) {
  const { t } = useTranslation()
  const runs = llamaWays[run.method] !== undefined && recipe?.classes === null
  return (
    <Card title={t('trial.title')}>
      {runs ? (
        <Trying id={run.id} name={run.name} />
      ) : (
        <p className={layout.muted}>{t(recipe?.classes ? 'trial.classifies' : 'trial.notHere')}</p>
      )}
    </Card>
  )
}

function Trying({ id, name }: { readonly id: string; readonly name: string }) {
  const { t } = useTranslation()
  const prompts = useQuery(query.trial.prompts.queryOptions({ input: { run: id } })).data
  const { rounds, error, busy, ask, stop } = useTrial(id)
  const form = useSchemaForm({
    schema: Trial,
    values: { kind: 'text', text: '', maxTokens: '120', temperature: '0.7' },
    save: ({ kind, text, maxTokens, temperature }) => ask({ prompt: { kind, text }, maxTokens, temperature }),
  })
  const fill = ({ kind, text }: TrialPrompt): void => {
    form.set('kind', kind)
    form.set('text', text)
  }
  return (
    <div className={layout.stack}>
      <p className={layout.muted}>{t('trial.text')}</p>
      {prompts && prompts.length > 0 && (
        <div className={layout.tight}>
          <span className={layout.tiny}>{t('trial.fromData')}</span>
          <div className={layout.row} translate="no">
            {prompts.map((prompt) => (
              <Button key={prompt.text} kind="link" onClick={() => fill(prompt)}>
                {prompt.text.length > 60 ? `${prompt.text.slice(0, 60)}…` : prompt.text}
              </Button>
            ))}
          </div>
        </div>
      )}
      <Form
        form={form}
        submit={t(busy ? 'trial.asking' : 'trial.ask')}
        disabled={busy}
        beside={busy && <Button onClick={stop}>{t('trial.stop')}</Button>}
      >
        <TextArea label={t('trial.prompt')} rows={3} maxLength={LONGEST_PROMPT} {...form.field('text')} />
        <div className={layout.pair}>
          <SelectField label={t('trial.kind')} {...form.field('kind')}>
            <option value="text">{t('trial.kinds.text')}</option>
            <option value="chat">{t('trial.kinds.chat')}</option>
          </SelectField>
          <TextField label={t('trial.tokens')} inputMode="numeric" {...form.field('maxTokens')} />
          <TextField
            label={t('trial.temperature')}
            hint={t('trial.temperatureHint')}
            inputMode="decimal"
            {...form.field('temperature')}
          />
        </div>
      </Form>
      {error && <Problem>{error}</Problem>}
      {rounds.map((round, i) => (
        <TrialRound key={rounds.length - i} round={round} writing={busy && i === 0} />
      ))}
      <KeepForm run={id} name={name} />
    </div>
  )
}
