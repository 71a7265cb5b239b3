import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { minutesUntilTomorrow, money, shortCoins } from '../lib/format.ts'
import { useErrorText } from '../state/errors.ts'
import { useOverview } from '../state/overview.ts'
import { api, query } from '../state/transport.ts'
import { useApiMutation } from '../state/mutation.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { layout } from '../ui/layout.tsx'
import { Problem } from '../ui/state.tsx'
import { useComputedForYou } from './computed-for-you.ts'
import { useEarnFixes } from './gates/earn-fixes.ts'
import styles from './hero-card.module.css'

/** What stands in the way of earning, and the one thing to press about it. */
function Fix({ reason }: { readonly reason: string }) {
  const { t } = useTranslation()
  const { measure, registerAndStart, start, running, errorText } = useEarnFixes()
  const button = () => {
    switch (reason) {
      case 'no-wallet':
      case 'wallet-locked':
      case 'not-backed-up':
        return <Link to="/wallet">{t('hero.toWallet')}</Link>
      case 'no-benchmark':
        return (
          <Button kind="primary" disabled={running} onClick={() => measure.mutate()}>
            {measure.isPending ? t('hero.measuring') : t('hero.measure')}
          </Button>
        )
      case 'no-machine':
        return (
          <>
            <Button kind="primary" disabled={running} onClick={() => registerAndStart.mutate()}>
              {t('hero.register')}
            </Button>
            <Link to="/wallet">{t('hero.funds')}</Link>
          </>
        )
      case 'paused-by-you':
      case 'snoozed':
        return (
          <Button kind="primary" disabled={running} onClick={() => start.mutate()}>
            {t('hero.start')}
          </Button>
        )
      default:
        return null
    }
  }
  return (
    <>
      {button()}
      {errorText && <Problem>{errorText}</Problem>}
    </>
  )
}

/** What there is to say beside the reason: a value, or what is wrong with the network. */
function useDetail(): string | null {
  const { earning, network } = useOverview()
  const errorText = useErrorText()
  if (earning.kind === 'earning') return null
  return earning.reason === 'network-down' && network.problem ? errorText(network.problem) : earning.detail
}

export function HeroCard({ className }: { readonly className: string | undefined }) {
  const { t, i18n } = useTranslation()
  const { earning, running } = useOverview()
  const earnings = useQuery(query.earn.earnings.queryOptions())
  const profit = useQuery(query.profit.view.queryOptions()).data
  const stop = useApiMutation(() => api.earn.stop({}))
  const snooze = useApiMutation((minutes: number) => api.earn.snooze({ minutes }))
  const finish = useApiMutation(() => api.earn.stopAfterOrder({}))
  const computedForYou = useComputedForYou()
  const detail = useDetail()
  const on = earning.kind !== 'stopped'
  // Whose work is done elsewhere is told so, and not that this machine idles.
  const isCustomer = !on && computedForYou > 0
  return (
    <Card hero className={className}>
      <div className={styles.room}>
        <div className={styles.hero} aria-live="polite">
          <div>
            <div className={layout.muted}>{t(isCustomer ? 'hero.rightNow' : 'hero.yourMachineIs')}</div>
            <div className={styles.state}>
              {isCustomer ? t('hero.computedForYou', { count: computedForYou }) : t(`earning.${earning.kind}`)}
            </div>
            <p className={styles.why}>
              {earning.kind === 'earning'
                ? running &&
                  t(`kinds.${running.kind}.running` as 'kinds.training.running', {
                    id: running.id,
                    defaultValue: running.words,
                  })
                : t(`reasons.${earning.reason}`)}
              {detail && <span className={layout.tiny}> {detail}</span>}
            </p>
            <div className={layout.row}>
              {on ? (
                <>
                  <Button kind="primary" disabled={stop.isPending} onClick={() => stop.mutate()}>
                    {t('hero.pause')}
                  </Button>
                  <Button onClick={() => snooze.mutate(60)}>{t('hero.snooze')}</Button>
                  <Button onClick={() => snooze.mutate(minutesUntilTomorrow())}>{t('hero.tomorrow')}</Button>
                  {earning.kind === 'earning' && <Button onClick={() => finish.mutate()}>{t('hero.finish')}</Button>}
                </>
              ) : (
                <Fix reason={earning.reason} />
              )}
            </div>
            {stop.errorText && <Problem>{stop.errorText}</Problem>}
          </div>
          <div className={styles.net}>
            <span className={layout.muted}>{t('hero.last24h')}</span>
            <div className={layout.big}>{earnings.data ? shortCoins(earnings.data.last24h) : '–'}</div>
            <span className={layout.tiny}>
              {earnings.data ? t('hero.lifetime', { amount: shortCoins(earnings.data.lifetime) }) : ''}
            </span>
            {profit && profit.last24h.net !== null && earnings.data?.last24h !== 0n && (
              <span className={layout.tiny}>
                {t('hero.afterEnergy', { amount: money(profit.last24h.net, profit.settings.currency, i18n.language) })}
              </span>
            )}
          </div>
        </div>
      </div>
    </Card>
  )
}
