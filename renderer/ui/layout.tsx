import type { ReactNode } from 'react'
import styles from './layout.module.css'

export { styles as layout }

/** Names and their values, as a description list. */
export const Facts = ({ items }: { readonly items: readonly (readonly [name: string, value: ReactNode])[] }) => (
  <dl className={styles.facts}>
    {items.map(([name, value]) => (
      <div key={name} style={{ display: 'contents' }}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)
