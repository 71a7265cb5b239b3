import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { BoughtUses } from '../../../../common/api/data.ts'
import { download } from '../../../lib/download.ts'
import { bytes } from '../../../lib/format.ts'
import { readPieces } from '../../../lib/pieces.ts'
import { useErrorText } from '../../../state/errors.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { api, query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { CopyButton } from '../../../ui/copy-button.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import { BoughtWays } from './bought-ways.tsx'
import { LicenceFacts } from './licence-facts.tsx'

/** Of more, the folder says where they are. */
const SHOWN = 24

/** What was bought: its files, where they lie, and what can be done with them. */
export function BoughtCard({ sale, name }: { readonly sale: number; readonly name: string }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const { data: uses, error } = useQuery(query.data.uses.queryOptions({ input: { sale } }))
  return (
    <>
      <Card title={t('data.files')} hero>
        {error ? (
          <Problem>{errorText(error)}</Problem>
        ) : uses ? (
          <Files sale={sale} uses={uses} />
        ) : (
          <Skeleton label={t('common.loading')} />
        )}
      </Card>
      {uses && (
        <Card title={t('data.bought.title')}>
          <div className={layout.stack}>
            {uses.licence ? (
              <LicenceFacts licence={uses.licence} description="" />
            ) : (
              <p className={layout.muted}>{t('data.bought.unknownLicence')}</p>
            )}
            <BoughtWays sale={sale} name={name} uses={uses} />
          </div>
        </Card>
      )}
    </>
  )
}

function Files({ sale, uses: { files, folder, shows } }: { readonly sale: number; readonly uses: BoughtUses }) {
  const { t } = useTranslation()
  const save = useApiMutation(async (path: string) =>
    download(path.split('/').at(-1) ?? path, await readPieces((offset) => api.data.readFile({ sale, path, offset }))),
  )
  const show = useApiMutation(() => api.data.showFolder({ sale }))
  const problem = save.errorText ?? show.errorText
  return (
    <div className={layout.stack}>
      <div className={layout.row}>
        {files.slice(0, SHOWN).map(({ path, bytes: size }) => (
          <Button key={path} translate="no" disabled={save.isPending} onClick={() => save.mutate(path)}>
            {path} · {bytes(size)}
          </Button>
        ))}
        {files.length > SHOWN && (
          <span className={layout.muted}>{t('data.moreFiles', { count: files.length - SHOWN, folder })}</span>
        )}
      </div>
      <div className={layout.row}>
        <code translate="no" className={layout.muted}>
          {folder}
        </code>
        <CopyButton text={folder} copyLabel={t('data.bought.copyFolder')} copiedLabel={t('common.copied')} />
        {shows && (
          <Button disabled={show.isPending} onClick={() => show.mutate()}>
            {t('data.bought.showFolder')}
          </Button>
        )}
      </div>
      {problem && <Problem>{problem}</Problem>}
    </div>
  )
}
