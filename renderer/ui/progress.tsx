import styles from './progress.module.css'

/** @param share 0 to 1 */
export const Progress = ({ share, label }: { readonly share: number; readonly label: string }) => (
  <div
    className={styles.track}
    role="progressbar"
    aria-label={label}
    aria-valuemin={0}
    aria-valuemax={100}
    aria-valuenow={Math.round(share * 100)}
  >
    <div className={styles.fill} style={{ width: `${Math.min(1, Math.max(0, share)) * 100}%` }} />
  </div>
)
