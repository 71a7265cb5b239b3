import type { ReactNode } from 'react'
import styles from './tag.module.css'

export type Tone = 'ok' | 'wait' | 'bad' | 'plain'
export const Tag = ({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) => (
  <span className={`${styles.tag} ${styles[tone]}`}>{children}</span>
)
