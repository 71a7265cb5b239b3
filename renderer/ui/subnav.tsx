import { NavLink } from 'react-router'
import styles from './subnav.module.css'

/** Places within a screen. */
export const Subnav = ({ label, places }: { readonly label: string; readonly places: readonly { readonly to: string; readonly name: string }[] }) => (
  <nav className={styles.bar} aria-label={label}>
    {places.map(({ to, name }) => (
      <NavLink key={to} to={to} end className={styles.link!}>
        {name}
      </NavLink>
    ))}
  </nav>
)
