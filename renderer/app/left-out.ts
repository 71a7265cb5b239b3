import { useTranslation } from 'react-i18next'

/** How much was left out or noted while something was read, each with why; a reason without words is said as it is. */
export function useLeftOut(): (counts: Readonly<Record<string, number>>) => readonly string[] {
  const { t } = useTranslation()
  return (counts) =>
    Object.entries(counts).map(
      ([why, count]) => `${count} ${t(`leftOut.${why}` as 'leftOut.attachments', { defaultValue: why })}`,
    )
}
