import { useTranslation } from 'react-i18next'
import { revertValues } from '../../common/chain/reverts.ts'
import { isErrorCode, type ErrorCode } from '../../common/errors/index.ts'
import en from '../../resources/locales/en.json'

/** Codes whose words alone leave open what is wrong; the host's message names the file, the line or the reason. */
const withMessage: ReadonlySet<ErrorCode> = new Set([
  'BAD_INPUT',
  'INTERNAL',
  'ENGINE_UNSUPPORTED',
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

/** What a contract refused with: its words are its own. */
const isRefusal = (data: unknown): data is { revert: keyof typeof en.reverts; reason?: string } =>
  typeof data === 'object' && data !== null && Object.hasOwn(en.reverts, String((data as { revert?: unknown }).revert))

/**
 * The words for a failure: those of its code in the locales, and what the host added. A code without words in the
 * locales does not compile.
 */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation()
  return (error) => {
    const { code = 'INTERNAL', message, data } = error as { code?: string; message?: string; data?: unknown }
    if (!isErrorCode(code)) return message ?? t('errors.INTERNAL')
    if (code === 'CALL_REVERTED' && isRefusal(data))
      return `${t(`reverts.${data.revert}`, { defaultValue: data.revert, ...revertValues(data) })} ${data.reason ?? ''}`.trim()
    if (code === 'NOT_ENOUGH_COINS') {
      const { wanted = '', free = '', wallet = '', missing = '' } = revertValues({ ...(data as object) })
      return t('errors.NOT_ENOUGH_COINS', { wanted, free, wallet, missing })
    }
    const words = t(`errors.${code}`)
    return withMessage.has(code) ? `${words} ${message ?? ''}` : words
  }
}
