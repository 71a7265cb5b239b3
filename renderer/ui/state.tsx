import type { ReactNode } from 'react'
import styles from './state.module.css'

/** What will stand here, and what to do for it. */
export const Empty = ({ children }: { readonly children: ReactNode }) => <div className={styles.empty}>{children}</div>

/** What happened and what to do. */
export const Problem = ({ children }: { readonly children: ReactNode }) => (
  <div className={styles.error} role="alert">
    {children}
  </div>
)

export const Skeleton = ({ label }: { readonly label: string }) => (
  <div className={styles.skeleton} role="status" aria-label={label} />
)
