import { useTranslation } from 'react-i18next'
import type { BaseRow } from '../../../../common/api/training.ts'
import { methodNames } from '../../../../common/model/recipe-presets.ts'
import { PresetField } from '../../../app/preset-field.tsx'
import { rate } from '../../../lib/format.ts'
import { SelectField } from '../../../ui/field.tsx'
import type { NewRunForm } from './use-new-run.ts'

const LENGTHS = [64, 128, 256, 512, 1024, 2048] as const

interface Props {
  readonly form: NewRunForm
  readonly bases: readonly BaseRow[]
  readonly base: BaseRow
}

/** What learns, how, and what of. */
export function RunFields({ form, bases, base }: Props) {
  const { t } = useTranslation()
  const method = form.value('method')
  return (
    <>
      <SelectField
        label={t('train.base')}
        hint={`${base.type} · ${rate(base.parameters, '')} · ${t('train.context', { tokens: base.context })}`}
        {...form.field('base')}
        value={base.path}
      >
        {bases.map((item) => (
          <option key={item.path} value={item.path}>
            {item.demo ? t('train.demoBase') : item.name}
          </option>
        ))}
      </SelectField>
      <PresetField {...form.field('preset')} value={form.value('preset')} />
      <SelectField label={t('train.method')} hint={t(`train.methodHints.${method}`)} {...form.field('method')}>
        {methodNames.map((item) => (
          <option key={item} value={item}>
            {t(`train.methods.${item}`)}
          </option>
        ))}
      </SelectField>
      <SelectField label={t('train.length')} {...form.field('sequenceLength')}>
        {LENGTHS.filter((tokens) => tokens <= base.context).map((tokens) => (
          <option key={tokens} value={tokens}>
            {tokens}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('train.task')}
        {...form.field('task')}
        value={base.writesText ? form.value('task') : 'classify'}
        disabled={!base.writesText}
      >
        <option value="write">{t('train.write')}</option>
        <option value="classify">{t('train.classify')}</option>
      </SelectField>
      {base.writesText && form.value('task') === 'write' && (
        <SelectField label={t('train.template')} hint={t('train.templateHint')} {...form.field('template')}>
          <option value="own">{t('train.templates.own')}</option>
          <option value="chatml">{t('train.templates.chatml')}</option>
          <option value="plain">{t('train.templates.plain')}</option>
        </SelectField>
      )}
    </>
  )
}
