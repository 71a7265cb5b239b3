import type { TFunction } from 'i18next'
import type * as z from 'zod'
import type { FieldWords } from './fields.ts'

type Issue = Parameters<z.core.$ZodErrorMap>[0]

/** The words for what is wrong with a field, in the person's language. */
export function issueWords(t: TFunction, issue: Issue): string {
  switch (issue.code) {
    case 'custom': {
      const { words = 'wrong', low, high } = (issue.params ?? {}) as Partial<FieldWords>
      return t(`forms.${words}`, { low, high })
    }
    case 'too_small':
      return issue.origin === 'string' && Number(issue.minimum) > 1
        ? t('forms.short', { count: Number(issue.minimum) })
        : t('forms.needed')
    case 'too_big':
      return t('forms.long', { count: Number(issue.maximum) })
    case 'invalid_format':
      return t(issue.format === 'url' ? 'forms.url' : 'forms.wrong')
    default:
      return t('forms.wrong')
  }
}
