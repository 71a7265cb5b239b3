import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import styles from './wallet.module.css'

/** Reveal behind a held button, then three words. The words live in this component alone and go with it. */
export function BackupCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const [passphrase, setPassphrase] = useState('')
  const [words, setWords] = useState<readonly string[] | null>(null)
  const [held, setHeld] = useState(false)
  const [positions, setPositions] = useState<readonly number[] | null>(null)
  const [answers, setAnswers] = useState(['', '', ''])
  const reveal = useApiMutation(async () => {
    setWords((await api.wallet.reveal({ passphrase })).words)
    setPassphrase('')
  })
  const ask = useApiMutation(async () => {
    setPositions((await api.wallet.challenge({})).positions)
    setAnswers(['', '', ''])
    setWords(null)
  })
  const confirm = useApiMutation(async () => {
    await api.wallet.confirmBackup({ words: answers }).catch(async (error: unknown) => {
      // A wrong answer spends the challenge; the next one asks for other words.
      setPositions((await api.wallet.challenge({})).positions)
      setAnswers(['', '', ''])
      throw error
    })
  })
  const holding = {
    onPointerDown: () => setHeld(true),
    onPointerUp: () => setHeld(false),
    onPointerLeave: () => setHeld(false),
    onBlur: () => setHeld(false),
  }
  const keys = {
    onKeyDown: (event: React.KeyboardEvent) => (event.key === ' ' || event.key === 'Enter') && setHeld(true),
    onKeyUp: () => setHeld(false),
  }
  return (
    <Card title={t('backup.title')} className={className}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('backup.text')}</p>
        {positions ? (
          <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), confirm.mutate())}>
            {positions.map((position, i) => (
              <TextField
                key={position}
                label={t('backup.word', { number: position })}
                autoComplete="off"
                spellCheck={false}
                value={answers[i]}
                onChange={(event) => setAnswers(answers.map((old, at) => (at === i ? event.target.value : old)))}
              />
            ))}
            {confirm.errorText && <Problem>{confirm.errorText}</Problem>}
            <div className={layout.row}>
              <Button
                kind="primary"
                type="submit"
                disabled={confirm.isPending || answers.some((answer) => answer.trim() === '')}
              >
                {t('backup.confirm')}
              </Button>
              <Button kind="link" onClick={() => setPositions(null)}>
                {t('backup.again')}
              </Button>
            </div>
          </form>
        ) : words ? (
          <>
            <ol className={styles.words} data-hidden={!held} aria-hidden={!held}>
              {words.map((word, i) => (
                <li key={`${i}-${word}`}>{held ? word : '•••••'}</li>
              ))}
            </ol>
            <div className={layout.row}>
              <Button {...holding} {...keys}>
                {t('backup.hold')}
              </Button>
              <Button kind="primary" onClick={() => ask.mutate()}>
                {t('backup.written')}
              </Button>
            </div>
            {ask.errorText && <Problem>{ask.errorText}</Problem>}
          </>
        ) : (
          <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), reveal.mutate())}>
            <TextField
              label={t('wallet.passphrase')}
              type="password"
              autoComplete="current-password"
              value={passphrase}
              error={reveal.errorText}
              onChange={(event) => setPassphrase(event.target.value)}
            />
            <div className={layout.row}>
              <Button kind="primary" type="submit" disabled={reveal.isPending || passphrase === ''}>
                {t('backup.show')}
              </Button>
            </div>
          </form>
        )}
      </div>
    </Card>
  )
}
