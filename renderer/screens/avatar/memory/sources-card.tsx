import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MemorySource } from '../../../../common/model/memory.ts'
import { memoryLabels, type MemoryLabel } from '../../../../common/model/memory-names.ts'
import { useLeftOut } from '../../../app/left-out.ts'
import { RemoveDialog } from '../../../app/remove-dialog.tsx'
import { dateOnly } from '../../../lib/format.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Problem } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'

export function SourcesCard({ sources }: { readonly sources: readonly MemorySource[] }) {
  const { t, i18n } = useTranslation()
  const leftOut = useLeftOut()
  const [asking, setAsking] = useState<MemorySource | null>(null)
  const label = useApiMutation((choice: { source: number; label: MemoryLabel }) => api.avatar.label(choice))
  const remove = useApiMutation(async (source: number) => {
    await api.avatar.remove({ source })
    setAsking(null)
  })
  return (
    <Card title={t('avatar.places.sources')}>
      {label.errorText && <Problem>{label.errorText}</Problem>}
      {sources.length === 0 ? (
        <Empty>{t('avatar.noSources')}</Empty>
      ) : (
        <Table
          reflows
          caption={t('avatar.places.sources')}
          columns={[t('data.name'), t('data.items'), t('avatar.span'), t('data.skipped'), t('avatar.label'), '']}
          rows={sources}
          keyOf={({ id }) => id}
          cells={(source) => [
            source.state === 'ready' ? source.name : t(`avatar.unfinished.${source.state}`, { name: source.name }),
            source.items.toLocaleString(i18n.language),
            source.from === null
              ? '–'
              : `${dateOnly(source.from, i18n.language)} – ${dateOnly(source.to!, i18n.language)}`,
            <span key="skipped" className={layout.tight}>
              {leftOut(source.skipped).map((words) => (
                <span key={words} className={layout.tiny}>
                  {words}
                </span>
              ))}
              {source.known > 0 && <span className={layout.tiny}>{t('avatar.known', { count: source.known })}</span>}
            </span>,
            <Choice
              key="label"
              label={t('avatar.labelOf', { name: source.name })}
              value={source.label}
              options={memoryLabels}
              nameOf={(item) => t(`avatar.labels.${item}`)}
              onChoose={(wanted) => label.mutate({ source: source.id, label: wanted })}
            />,
            <Button
              key="remove"
              kind="link"
              aria-label={t('avatar.forgetName', { name: source.name })}
              onClick={() => setAsking(source)}
            >
              {t('avatar.forget')}
            </Button>,
          ]}
        />
      )}
      <p className={layout.tiny}>{t('avatar.labelText')}</p>
      <RemoveDialog
        name={asking?.name ?? ''}
        text={t('avatar.forgetText')}
        open={asking !== null}
        busy={remove.isPending}
        error={remove.errorText}
        onClose={() => setAsking(null)}
        onAgree={() => asking && remove.mutate(asking.id)}
      />
    </Card>
  )
}
