import styles from './layout.module.css'

export const Logo = () => (
  <svg className={styles.logo} viewBox="0 0 26 26" aria-hidden="true">
    <path className={styles.arch} d="M3 23V11a10 10 0 0 1 20 0v12" />
    <path
      className={styles.flame}
      d="M13 22c-3.2 0-5-2-5-4.6 0-3.6 3.8-4.7 4-8.4 2.6 1.5 3 3.6 2.6 5 .9-.3 1.4-1 1.6-1.9 1.4 1.5 1.8 3.4
      1.8 5.1C18 20 16.2 22 13 22Z"
    />
  </svg>
)
