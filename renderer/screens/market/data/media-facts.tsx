import { useTranslation } from 'react-i18next'
import type { MediaReport } from '../../../../common/model/collection.ts'
import { bytes, duration, percent } from '../../../lib/format.ts'
import { Facts } from '../../../ui/layout.tsx'

/** The report of a collection in words. */
export function MediaFacts({
  report: { bytes: size, pictures, recordings, duplicates },
}: {
  readonly report: MediaReport
}) {
  const { t, i18n } = useTranslation()
  const number = (value: number | null, unit: string): string =>
    value === null ? '–' : `${value.toLocaleString(i18n.language, { maximumFractionDigits: 1 })}${unit}`
  return (
    <Facts
      items={[
        [t('data.size'), bytes(size)],
        [t('data.media.pictures'), pictures.items.toLocaleString(i18n.language)],
        ...(pictures.items > 0
          ? ([
              [t('data.media.side'), number(pictures.side, '\u2009px')],
              [
                t('data.media.sharpness'),
                t('data.media.sharpnessValue', {
                  half: number(pictures.sharpness, ''),
                  tenth: number(pictures.leastSharp, ''),
                }),
              ],
            ] as const)
          : []),
        [t('data.media.recordings'), recordings.items.toLocaleString(i18n.language)],
        ...(recordings.items > 0
          ? ([
              [t('data.media.length'), duration(recordings.seconds, i18n.language)],
              [t('data.media.range'), number(recordings.range, '\u2009dB')],
              [t('data.media.clipped'), t('data.media.clippedValue', { count: recordings.clipped })],
              [t('data.media.silent'), recordings.silent === null ? '–' : percent(recordings.silent, i18n.language)],
            ] as const)
          : []),
        [t('data.duplicates'), t('data.media.duplicatesValue', { exact: duplicates.exact, near: duplicates.near })],
      ]}
    />
  )
}
