import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Style } from '../../../../common/model/style.ts'
import { RemoveDialog } from '../../../app/remove-dialog.tsx'
import { bytes, dateTime } from '../../../lib/format.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Table } from '../../../ui/table.tsx'

/** What was learnt, with how well. */
export function StylesCard({ styles }: { readonly styles: readonly Style[] }) {
  const { t, i18n } = useTranslation()
  const [removing, setRemoving] = useState<Style | null>(null)
  const remove = useApiMutation(async (style: number) => {
    await api.style.remove({ style })
    setRemoving(null)
  })
  const percent = (share: number): string =>
    share.toLocaleString(i18n.language, { style: 'percent', maximumFractionDigits: 0 })
  const nats = (loss: number | null): string =>
    loss === null
      ? t('style.notMeasured')
      : loss.toLocaleString(i18n.language, { maximumFractionDigits: 2, minimumFractionDigits: 2 })
  return (
    <Card title={t('style.styles')}>
      <div className={layout.stack}>
        {styles.length === 0 ? (
          <p className={layout.muted}>{t('style.noStyles')}</p>
        ) : (
          <Table
            caption={t('style.styles')}
            columns={[
              t('data.name'),
              t('style.learntFrom'),
              t('style.loss'),
              t('style.likeness'),
              t('style.facts'),
              t('models.size'),
              '',
            ]}
            rows={styles}
            keyOf={({ id }) => String(id)}
            cells={({ figures: { replies, rehearsed, lossBefore, loss, likeness, facts }, ...style }) => [
              <span key="name" className={layout.tight}>
                {style.name}
                <span className={layout.tiny}>{`${dateTime(style.created, i18n.language)} · ${style.model}`}</span>
              </span>,
              t('style.learntFromCounts', { replies, rehearsed }),
              `${nats(lossBefore)} → ${nats(loss)}`,
              likeness === null
                ? t('style.notMeasured')
                : t('style.likenessShares', {
                    before: percent(likeness.before),
                    after: percent(likeness.after),
                    right: percent(likeness.right),
                  }),
              facts === null ? t('style.notMeasured') : t('style.factsKept', facts),
              bytes(style.bytes),
              <Button
                key="remove"
                kind="link"
                aria-label={t('style.removeName', { name: style.name })}
                onClick={() =>
                  setRemoving({ ...style, figures: { replies, rehearsed, lossBefore, loss, likeness, facts } })
                }
              >
                {t('style.remove')}
              </Button>,
            ]}
          />
        )}
      </div>
      <RemoveDialog
        name={removing?.name ?? ''}
        text={t('style.removeText')}
        open={removing !== null}
        busy={remove.isPending}
        error={remove.errorText}
        onClose={() => setRemoving(null)}
        onAgree={() => removing && remove.mutate(removing.id)}
      />
    </Card>
  )
}
