import { useTranslation } from 'react-i18next'
import type { Written } from '../../../../common/children/llm.ts'
import { rate } from '../../../lib/format.ts'
import { layout } from '../../../ui/layout.tsx'
import { Skeleton } from '../../../ui/state.tsx'
import styles from './trial.module.css'
import { sides, type Round } from './use-trial.ts'

/** Both answers side by side, as they come. */
export function TrialRound({
  round: { prompt, said, written },
  writing,
}: {
  readonly round: Round
  readonly writing: boolean
}) {
  const { t } = useTranslation()
  return (
    <article className={layout.tight} aria-label={prompt.text}>
      <p className={styles.prompt} translate="no">
        {prompt.text}
      </p>
      <div className={layout.pair}>
        {sides.map((side) => (
          <section key={side} className={styles[side]} aria-label={t(`trial.sides.${side}`)}>
            <h3 className={layout.tiny}>{t(`trial.sides.${side}`)}</h3>
            {said[side] === '' && writing ? (
              <Skeleton label={t(`trial.waiting.${side}`)} />
            ) : (
              <p className={styles.said} dir="auto" translate="no">
                {said[side].trim()}
              </p>
            )}
            {written && <p className={layout.tiny}>{speedOf(written[side])}</p>}
          </section>
        ))}
      </div>
    </article>
  )
}

const speedOf = ({ writtenTokens, restMs }: Written): string =>
  restMs > 0 && writtenTokens > 1 ? rate(((writtenTokens - 1) * 1000) / restMs, 'tok/s') : ''
