import { useTranslation } from 'react-i18next'

/** The words for a failure: those of its code in the locales, and what the host added. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation()
  return (error) => {
    const { code, message } = error as { code?: string; message?: string }
    const known = t(`errors.${code ?? 'INTERNAL'}` as 'errors.INTERNAL', { defaultValue: '' })
    return known ? (code === 'BAD_INPUT' || code === 'CALL_REVERTED' || code === 'INTERNAL' ? `${known} ${message ?? ''}` : known) : (message ?? t('errors.INTERNAL'))
  }
}
