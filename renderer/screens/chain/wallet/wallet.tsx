import { useState } from 'react'
import { useOverview } from '../../../state/overview.ts'
import { api } from '../../../state/transport.ts'
import { layout } from '../../../ui/layout.tsx'
import { useNextFocus } from '../../../ui/use-next-focus.ts'
import { BackupCard, type ShownWords } from './backup-card.tsx'
import { BalancesCard } from './balances-card.tsx'
import { CreateCard } from './create-card.tsx'
import { SealedCard } from './sealed-card.tsx'
import { TransactionsCard } from './transactions-card.tsx'
import { TrustCard } from './trust-card.tsx'
import { UnlockCard } from './unlock-card.tsx'

/**
 * Create or import, unlock, back up; then balances and what was sent. The words of a wallet live in this component alone
 * and go with it.
 */
export function Wallet() {
  const { wallet } = useOverview()
  const [words, setWords] = useState<ShownWords>(null)
  /** Who has just chosen the passphrase need not type it again to see the words. */
  const create = async (passphrase: string): Promise<void> => {
    setWords('coming')
    try {
      await api.wallet.create({ passphrase })
    } catch (error) {
      setWords(null)
      throw error
    }
    const revealed = api.wallet.reveal({ passphrase })
    setWords(await revealed.then(({ words: shown }) => shown).catch(() => null))
  }
  const steps = useNextFocus<HTMLDivElement>(`${wallet.state} ${wallet.trusted} ${wallet.backedUp}`)
  return (
    <div ref={steps} className={layout.grid}>
      {(wallet.state === 'none' || wallet.state === 'damaged') && (
        <CreateCard className={layout.span8} damaged={wallet.state === 'damaged'} onCreate={create} />
      )}
      {wallet.state === 'sealed' && <SealedCard className={layout.span8} />}
      {wallet.state === 'locked' && <UnlockCard className={layout.span8} />}
      {!wallet.trusted && <TrustCard className={layout.span8} />}
      {wallet.state === 'open' && !wallet.backedUp && (
        <BackupCard className={layout.span8} words={words} onWords={setWords} />
      )}
      {wallet.address && <BalancesCard className={layout.span8} />}
      {wallet.address && <TransactionsCard className={layout.span12} />}
    </div>
  )
}
