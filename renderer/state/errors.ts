import { useTranslation } from 'react-i18next'
import { isErrorCode, type ErrorCode } from '../../common/errors/index.ts'

/** Codes whose words alone leave open what is wrong; the host's message names the file, the line or the reason. */
const withMessage: ReadonlySet<ErrorCode> = new Set([
  'BAD_INPUT',
  'CALL_REVERTED',
  'INTERNAL',
  'DATASET_BROKEN',
  'UNKNOWN_TEXT',
  'MODEL_BROKEN',
  'MODEL_UNSUPPORTED',
  'BAD_RECIPE',
  'RECIPE_MISMATCH',
  'DOES_NOT_FIT',
  'NOT_PAID_ENOUGH',
  'PROOF_FAILED',
  'FILE_DAMAGED',
  'MEMORY_FULL',
  'CONTEXT_FULL',
  'MODEL_QUARANTINED',
  'NOT_ENOUGH_DISK',
  'HUB_FAILED',
])

/**
 * The words for a failure: those of its code in the locales, and what the host added. A code without words in the
 * locales does not compile.
 */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation()
  return (error) => {
    const { code = 'INTERNAL', message } = error as { code?: string; message?: string }
    if (!isErrorCode(code)) return message ?? t('errors.INTERNAL')
    const words = t(`errors.${code}`)
    return withMessage.has(code) ? `${words} ${message ?? ''}` : words
  }
}
