import { useTranslation } from 'react-i18next'
import type { RequestField } from '../../../../common/model/request-form.ts'

/** Words of a kind of work: the locale's where it has some, otherwise the kind's own. */
export function useKindWords(kind: string) {
  const { t, i18n } = useTranslation()
  const words = (path: string, own: string): string => {
    const key = `kinds.${kind}.${path}`
    return i18n.exists(key) ? t(key as 'kinds.exact-inference.name') : own
  }
  return {
    name: words('name', kind),
    about: words('about', ''),
    units: (own: string) => words('units', own),
    whichSource: words('source', t('order.source')),
    source: (value: string) => words(`sources.${value}`, value),
    field: ({ name, title }: RequestField) => words(`fields.${name}`, title),
    help: ({ name, help }: RequestField) => words(`help.${name}`, help ?? ''),
    option: (value: string) => words(`options.${value}`, value),
  }
}
