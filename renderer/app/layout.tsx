import { lazy, Suspense, useLayoutEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { NavLink, Outlet, useLocation, useNavigationType } from 'react-router'
import { useAsking } from '../state/act.ts'
import { useConnection } from '../state/connection.ts'
import { useOverview } from '../state/overview.ts'
import { HashText } from '../ui/hash-text.tsx'
import { DropDialog } from './drop-dialog.tsx'
import styles from './layout.module.css'
import { Logo } from './logo.tsx'
import { PaletteButton } from './palette/palette-button.tsx'
import { useModules } from './screen-module.ts'

const ConfirmDialog = lazy(() => import('./confirm-dialog.tsx'))

export function Layout() {
  const { t } = useTranslation()
  const { network, peer, wallet } = useOverview()
  const reconnecting = useConnection((state) => state.state === 'reconnecting')
  const asking = useAsking((state) => state.asking)
  const { pathname } = useLocation()
  // A page that one goes on to begins at its top; one that one comes back to stands where the browser has kept it.
  const goesOn = useNavigationType() !== 'POP'
  useLayoutEffect(() => {
    if (goesOn) scrollTo({ top: 0 })
  }, [pathname, goesOn])
  const entries = useModules().flatMap(({ nav }) => nav ?? [])
  const entry = entries.find(({ to }) => (to === '/' ? pathname === '/' : pathname.startsWith(to)))
  const networkName = network.practice ? t('network.practice') : network.name
  return (
    <div className={styles.app}>
      <a
        className={styles.skip}
        href="#main"
        onClick={(event) => (event.preventDefault(), document.getElementById('main')?.focus())}
      >
        {t('layout.skip')}
      </a>
      {reconnecting && (
        <div className={styles.banner} role="status">
          {t('connection.reconnecting')}
        </div>
      )}
      <nav className={styles.rail} aria-label={t('layout.main')}>
        <div className={styles.brand}>
          <Logo />
          Hearth
        </div>
        {entries.map(({ to, name, Icon }) => (
          <NavLink key={to} to={to} end={to === '/'} className={styles.link!}>
            <Icon aria-hidden />
            {name(t)}
          </NavLink>
        ))}
        <div className={styles.foot}>
          {networkName}
          <br />
          {t('layout.block', { number: network.head ?? '–' })} · {t('layout.peers', { count: peer?.connections ?? 0 })}
        </div>
      </nav>
      <main id="main" className={styles.main} tabIndex={-1}>
        <header className={styles.header}>
          <h1>{entry?.name(t) ?? t('layout.noPage')}</h1>
          <PaletteButton />
          <span className={styles.pill}>
            <span className={styles.dot} data-bad={network.problem !== null} />
            {network.problem ? t('network.problem') : networkName}
          </span>
          {wallet.address && (
            <span className={styles.pill}>
              <HashText value={wallet.address} copyLabel={t('common.copy')} copiedLabel={t('common.copied')} />
            </span>
          )}
        </header>
        <Outlet />
      </main>
      <Suspense>{asking && <ConfirmDialog {...asking} />}</Suspense>
      <DropDialog />
    </div>
  )
}
