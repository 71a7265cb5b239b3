import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { Config } from '../../../../common/model/config.ts'
import { number, numberText } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { useSettings } from '../../../state/settings.ts'
import { api, query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'

const { temperature, topP, maxTokens } = Config.shape.avatar.unwrap().shape
const Sampling = z.object({ temperature: number(temperature), topP: number(topP), maxTokens: number(maxTokens) })

/** How all avatars choose their words. */
export function SamplingForm({ onDone }: { readonly onDone: () => void }) {
  const settings = useSettings()?.avatar
  return settings && <Fields settings={settings} onDone={onDone} />
}

function Fields({ settings, onDone }: { readonly settings: Config['avatar']; readonly onDone: () => void }) {
  const { t } = useTranslation()
  const form = useSchemaForm({
    schema: Sampling,
    values: {
      temperature: numberText(settings.temperature),
      topP: numberText(settings.topP),
      maxTokens: numberText(settings.maxTokens),
    },
    save: async (sampling) => {
      await api.system.changeSettings({ avatar: { ...settings, ...sampling } })
      onDone()
    },
    stale: [query.system.settings.key()],
  })
  return (
    <Form
      form={form}
      kind="secondary"
      submit={t('chat.save')}
      beside={
        <Button kind="link" onClick={onDone}>
          {t('common.cancel')}
        </Button>
      }
    >
      <div className={layout.pair}>
        <TextField
          label={t('chat.temperature')}
          hint={t('chat.temperatureHint')}
          inputMode="decimal"
          {...form.field('temperature')}
        />
        <TextField label={t('chat.topP')} hint={t('chat.topPHint')} inputMode="decimal" {...form.field('topP')} />
        <TextField
          label={t('chat.maxTokens')}
          hint={t('chat.maxTokensHint')}
          inputMode="numeric"
          {...form.field('maxTokens')}
        />
      </div>
    </Form>
  )
}
