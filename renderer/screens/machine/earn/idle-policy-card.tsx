import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { FileField } from '../../../forms/file-field.tsx'
import { download } from '../../../lib/download.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { api, query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import { IdlePolicyForm } from './idle-policy-form.tsx'

/** The rules that keep the machine its owner's. */
export function IdlePolicyCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const found = useQuery(query.machine.rules.queryOptions()).data
  const take = useApiMutation(
    async (file: File) => api.machine.importRules({ text: await file.text() }),
    [query.machine.rules.key()],
  )
  const write = useApiMutation(async () =>
    download('hearth-comfort.json', new Blob([(await api.machine.exportRules({})).text], { type: 'application/json' })),
  )
  return (
    <Card title={t('comfort.title')} className={className}>
      {found ? (
        <div className={layout.stack}>
          {found.neverRuns && <Problem>{t('comfort.never')}</Problem>}
          <IdlePolicyForm
            saved={found.rules}
            beside={<Button onClick={() => write.mutate()}>{t('comfort.export')}</Button>}
          />
          {write.errorText && <Problem>{write.errorText}</Problem>}
          <FileField
            label={t('comfort.import')}
            accept=".json"
            error={take.errorText}
            onChange={(event) => event.target.files?.[0] && take.mutate(event.target.files[0])}
          />
        </div>
      ) : (
        <Skeleton label={t('common.loading')} />
      )}
    </Card>
  )
}
