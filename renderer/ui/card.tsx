import type { ReactNode } from 'react'
import styles from './card.module.css'

interface Props {
  readonly title?: string
  /** What stands at the right of the title: a link or a tag. */
  readonly aside?: ReactNode
  readonly hero?: boolean
  readonly className?: string | undefined
  readonly children: ReactNode
}

export const Card = ({ title, aside, hero, className, children }: Props) => (
  <section className={`${styles.card} ${hero ? styles.hero : ''} ${className ?? ''}`} aria-label={title}>
    {title && (
      <div className={styles.head}>
        <h2>{title}</h2>
        {aside}
      </div>
    )}
    {children}
  </section>
)
