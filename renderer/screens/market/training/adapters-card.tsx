import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { PathForm } from '../../../forms/path-form.tsx'
import { rate } from '../../../lib/format.ts'
import { api, query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Problem } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { perplexity } from './perplexity.ts'

const stale = [query.training.adapters.key()]

/** Every adapter that is at hand, wherever it was trained. */
export function AdaptersCard() {
  const { t } = useTranslation()
  const adapters = useQuery(query.training.adapters.queryOptions()).data ?? []
  const remove = useApiMutation((known: string) => api.training.removeAdapter({ path: known }), stale)
  return (
    <Card title={t('adapters.title')}>
      <div className={layout.stack}>
        {adapters.length === 0 ? (
          <Empty>{t('adapters.none')}</Empty>
        ) : (
          <Table
            caption={t('adapters.title')}
            columns={[
              t('train.name'),
              t('train.base'),
              t('train.method'),
              t('train.trained'),
              t('train.perplexity'),
              '',
            ]}
            rows={adapters}
            keyOf={(it) => it.run ?? it.path!}
            cells={(it) => [
              it.run ? <Link to={`/train/${it.run}`}>{it.name}</Link> : <span title={it.path!}>{it.name}</span>,
              it.base || '–',
              it.kind.toLowerCase(),
              rate(it.parameters, ''),
              it.run ? `${perplexity(it.baseLoss)} → ${perplexity(it.heldOutLoss)}` : '–',
              it.path ? (
                <Button key="forget" kind="link" disabled={remove.isPending} onClick={() => remove.mutate(it.path!)}>
                  {t('adapters.forget')}
                </Button>
              ) : (
                ''
              ),
            ]}
          />
        )}
        {remove.errorText && <Problem>{remove.errorText}</Problem>}
        <PathForm
          label={t('adapters.import')}
          hint={t('adapters.importHint')}
          submit={t('adapters.add')}
          save={(path) => api.training.addAdapter({ path })}
          stale={stale}
        />
      </div>
    </Card>
  )
}
