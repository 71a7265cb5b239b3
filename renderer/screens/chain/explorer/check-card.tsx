import { useTranslation } from 'react-i18next'
import { shortHash } from '../../../lib/format.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { api } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'

/** Has the host compute anew what proves a transaction, and says what came out. */
export function CheckCard({ hash }: { readonly hash: string }) {
  const { t } = useTranslation()
  const check = useApiMutation(() => api.explorer.check({ hash }))
  return (
    <Card title={t('explorer.check')}>
      <div className={layout.stack}>
        <p>{t('explorer.checkText')}</p>
        {check.errorText && <Problem>{check.errorText}</Problem>}
        {check.data && <Outcome rows={check.data} />}
        <div className={layout.row}>
          <Button disabled={check.isPending} onClick={() => check.mutate()}>
            {t('explorer.recompute')}
          </Button>
        </div>
      </div>
    </Card>
  )
}

function Outcome({ rows }: { readonly rows: Awaited<ReturnType<typeof api.explorer.check>> }) {
  const { t } = useTranslation()
  const outcome = rows.some(({ here, said }) => here !== null && here !== said)
    ? 'differs'
    : rows.some(({ here }) => here === null)
      ? 'partly'
      : 'equal'
  return (
    <>
      <p role="status">
        <strong>{t(`explorer.outcomes.${outcome}`)}</strong>
      </p>
      <Table
        caption={t('explorer.check')}
        columns={[t('explorer.what'), t('explorer.result'), t('explorer.here'), t('explorer.expected')]}
        rows={rows}
        keyOf={({ what }) => what}
        cells={({ what, here, said }) => [
          t(`explorer.checked.${what}`),
          here === null ? (
            <Tag key="result" tone="wait">
              {t('explorer.unknownForm')}
            </Tag>
          ) : (
            <Tag key="result" tone={here === said ? 'ok' : 'bad'}>
              {t(here === said ? 'explorer.isEqual' : 'explorer.isDifferent')}
            </Tag>
          ),
          here === null ? '–' : <code title={here}>{shortHash(here)}</code>,
          <code key="said" title={said}>
            {shortHash(said)}
          </code>,
        ]}
      />
    </>
  )
}
