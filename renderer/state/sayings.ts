import { useTranslation } from 'react-i18next'
import { gateValues, type GateValue } from '../../common/model/gate-value-names.ts'
import { jobSayings, type JobSaying } from '../../common/model/job-saying-names.ts'
import type { FailedTask, LogLine } from '../../common/model/job-saying.ts'
import { formatCoins } from '../../common/model/money.ts'
import { filled, type Argument } from '../../common/model/sayings.ts'
import { bytes, dateTime, duration, shortCoins } from '../lib/format.ts'
import { useErrorText } from './errors.ts'

/** What the host says by codes, in the person's language. */
export function useSayings() {
  const { t, i18n } = useTranslation()
  const errorText = useErrorText()
  const language = i18n.language
  const word = ({ kind, value }: Argument): string => {
    switch (kind) {
      case 'text':
        return value
      case 'id':
        return String(value)
      case 'number':
        return new Intl.NumberFormat(language).format(value)
      case 'bytes':
        return bytes(value)
      case 'seconds':
        return duration(value, language)
      case 'time':
        return dateTime(value, language)
      case 'coins':
        return shortCoins(BigInt(value), 6)
      case 'native':
        return `${Number(formatCoins(BigInt(value))).toFixed(5)} ETH`
      case 'pieces':
        return t(`kinds.${value.kind}.units` as 'kinds.exact-inference.units', { defaultValue: value.own })
      case 'pause':
        return t(`reasons.${value}` as 'reasons.snoozed', { defaultValue: value })
      case 'failure':
        // The host's own English says more than the words of its code; what has no code comes from another program.
        return language === 'en' || value.code === 'INTERNAL'
          ? value.message
          : errorText({ ...value, data: value.details })
    }
  }
  const job = (saying: JobSaying): string =>
    t(`said.${saying.code}` as 'said.accepted', { defaultValue: saying.code, ...filled(jobSayings, saying, word) })
  return {
    job,
    failed: ({ name, why }: FailedTask): string => `${name}: ${job(why)}`,
    line: ({ theirs, saying }: LogLine): string => (theirs ? t('said.theirs', { line: job(saying) }) : job(saying)),
    gate: (value: GateValue): string =>
      t(`gates.values.${value.code}` as 'gates.values.confirmed', {
        defaultValue: value.code,
        ...filled(gateValues, value, word),
      }),
  }
}
