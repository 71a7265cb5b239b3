import { gateValues, type GateValue } from '../../common/model/gate-value-names.ts'
import { jobSayings, type JobSaying } from '../../common/model/job-saying-names.ts'
import type { LogLine } from '../../common/model/job-saying.ts'
import { COIN_SYMBOL, formatCoins } from '../../common/model/money.ts'
import { filled, type Argument } from '../../common/model/sayings.ts'
import { english } from '../core/english.ts'

function word({ kind, value }: Argument): string {
  switch (kind) {
    case 'bytes':
      return value >= 1e9 ? `${(value / 1e9).toFixed(1)} GB` : `${value} bytes`
    case 'seconds':
      return `${value} s`
    case 'time':
      return new Date(value).toISOString()
    case 'coins':
      return `${formatCoins(BigInt(value))} ${COIN_SYMBOL}`
    case 'native':
      return `${formatCoins(BigInt(value))} ETH`
    case 'pieces':
      return english(['kinds', value.kind, 'units']) ?? value.own
    case 'pause':
      return english(['reasons', value]) ?? value
    case 'failure':
      return value.message
    case 'text':
    case 'number':
    case 'id':
      return String(value)
  }
}

/** What a job says, as the command line prints it. */
export const jobWords = (saying: JobSaying): string =>
  english(['said', saying.code], filled(jobSayings, saying, word)) ?? saying.code

/** A line of a job's log. */
export const lineWords = ({ theirs, saying }: LogLine): string =>
  theirs ? (english(['said', 'theirs'], { line: jobWords(saying) }) ?? '') : jobWords(saying)

/** What a gate is at, as the command line prints it. */
export const gateWords = (value: GateValue): string =>
  english(['gates', 'values', value.code], filled(gateValues, value, word)) ?? value.code
