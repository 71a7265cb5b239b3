import { Link, useLocation } from 'react-router'
import styles from './subnav.module.css'

interface Place {
  readonly to: string
  readonly name: string
  /** Where those begin that stand below this place. */
  readonly within?: readonly string[]
}

/** Places within a screen. */
export function Subnav({ label, places }: { readonly label: string; readonly places: readonly Place[] }) {
  const { pathname } = useLocation()
  return (
    <nav className={styles.bar} aria-label={label}>
      {places.map(({ to, name, within = [] }) => (
        <Link
          key={to}
          to={to}
          className={styles.link!}
          aria-current={pathname === to || within.some((start) => pathname.startsWith(start)) ? 'page' : undefined}
        >
          {name}
        </Link>
      ))}
    </nav>
  )
}
