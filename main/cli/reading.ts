import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { assumptions } from '../../common/model/data-names.ts'
import { isTimeZone, ownTimeZone } from '../../common/model/time-zone.ts'

/** `--zone`, of all commands that read an export. */
export const zoneOption = () =>
  new Option(
    '--zone <name>',
    `the time zone of times that a file writes without one, such as ${ownTimeZone()}, this machine's; UTC without it`,
  ).argParser((name) => {
    if (!isTimeZone(name)) throw new InvalidArgumentError('a time zone is wanted, such as Europe/Vienna')
    return name
  })

/** A line for each reason why something was left out, or kept although it could not be understood in full. */
export const leftOut = (skipped: Readonly<Record<string, number>>): string[] =>
  Object.entries(skipped).map(([why, count]) => `${assumptions.includes(why) ? 'noted' : 'left out'}: ${count} ${why}`)
