import { useTranslation } from 'react-i18next'
import { bytes } from '../../../lib/format.ts'

const SHOWN = 6

/** The files of a package in a line; of many, the first. */
export function FileNames({ files }: { readonly files: readonly { readonly path: string; readonly bytes: number }[] }) {
  const { t } = useTranslation()
  const named = files
    .slice(0, SHOWN)
    .map(({ path, bytes: size }) => `${path} (${bytes(size)})`)
    .join(', ')
  return files.length > SHOWN ? t('data.andMore', { files: named, count: files.length - SHOWN }) : named
}
