import { useTranslation } from 'react-i18next'
import type { DataLook } from '../../../../common/model/data-look.ts'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { DataProblems } from './data-problems.tsx'
import styles from './data-look.module.css'

/** Data as the trainer reads it: how much there is, what is wrong with it, and the first of its rows. */
export function DataLookPart({ look }: { readonly look: DataLook }) {
  const { t, i18n } = useTranslation()
  const count = (value: number): string => value.toLocaleString(i18n.language)
  const { classes } = look
  return (
    <section aria-label={t('train.look.title')} className={layout.stack}>
      <p role="status">
        <strong>{t(look.complete ? 'train.look.all' : 'train.look.first', { rows: count(look.rows) })}</strong>
      </p>
      {look.stops && <Problem>{t(`train.look.stops.${look.stops}`)}</Problem>}
      <Facts
        items={[
          [t('train.look.samples'), count(look.samples)],
          [t('train.look.tokens'), count(look.tokens)],
          [t('train.look.learnt'), classes ? '–' : count(look.learntTokens)],
          [t('train.look.longest'), t('train.look.longestOf', { longest: look.longest, length: look.sequenceLength })],
          ...(classes ? [[t('train.look.labels'), classes.join(', ')] as const] : []),
        ]}
      />
      {look.problems.length > 0 ? (
        <DataProblems problems={look.problems} />
      ) : (
        <p className={layout.muted}>{t('train.look.fine')}</p>
      )}
      {look.shown.length > 0 && (
        <p className={layout.muted}>
          {classes ? t('train.look.legendLabels') : t('train.look.legend')}{' '}
          {!classes && <mark className={styles.learnt}>{t('train.look.legendLearnt')}</mark>}
        </p>
      )}
      {look.shown.map(({ file, row, pieces, kept, tokens, parts, label }) => (
        <figure key={`${file} ${row}`} className={styles.row}>
          <figcaption className={layout.tiny}>
            <span translate="no">{file}</span>
            {', '}
            {t('train.look.place', { row })} · {t('train.look.kept', { kept, tokens })}
            {parts > 1 && ` · ${t('train.look.firstPart', { parts })}`}
            {label !== null && (
              <>
                {' · '}
                {t('train.look.label')} <mark className={styles.learnt}>{label}</mark>
              </>
            )}
          </figcaption>
          <p className={styles.text} dir="auto" translate="no">
            {pieces.map(({ text, learnt }, i) =>
              learnt ? (
                <mark key={i} className={styles.learnt}>
                  {text}
                </mark>
              ) : (
                <span key={i}>{text}</span>
              ),
            )}
          </p>
        </figure>
      ))}
    </section>
  )
}
