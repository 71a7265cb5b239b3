import styles from './layout.module.css'
import { Logo } from './logo.tsx'

/** A window that has nothing to show but why. */
export const Notice = ({ title, text }: { readonly title: string; readonly text: string }) => (
  <main className={styles.notice} role="status">
    <Logo />
    <h1>{title}</h1>
    <p>{text}</p>
  </main>
)
