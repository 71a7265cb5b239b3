import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { text } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { api } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import { useNextFocus } from '../../../ui/use-next-focus.ts'
import { PassphraseForm } from './passphrase-form.tsx'
import styles from './wallet.module.css'

/** Null before they were asked for. */
export type ShownWords = readonly string[] | 'coming' | null

interface Props {
  readonly className: string | undefined
  readonly words: ShownWords
  readonly onWords: (words: ShownWords) => void
}

/** Reveal behind a held button, then three words. */
export function BackupCard({ className, words, onWords }: Props) {
  const { t } = useTranslation()
  const [positions, setPositions] = useState<readonly number[] | null>(null)
  const challenge = async (): Promise<void> => setPositions((await api.wallet.challenge({})).positions)
  const steps = useNextFocus<HTMLDivElement>(positions ? `answers ${positions.join()}` : words ? 'words' : 'passphrase')
  return (
    <Card title={t('backup.title')} className={className}>
      <div ref={steps} className={layout.stack}>
        <p className={layout.muted}>{t('backup.text')}</p>
        {positions ? (
          <AnswersForm positions={positions} onWrong={challenge} onAgain={() => setPositions(null)} />
        ) : words === 'coming' ? (
          <Skeleton label={t('common.loading')} />
        ) : words ? (
          <Words
            words={words}
            onWritten={async () => {
              await challenge()
              onWords(null)
            }}
          />
        ) : (
          <PassphraseForm
            submit={t('backup.show')}
            save={async (passphrase) => onWords((await api.wallet.reveal({ passphrase })).words)}
          />
        )}
      </div>
    </Card>
  )
}

function Words({ words, onWritten }: { readonly words: readonly string[]; readonly onWritten: () => Promise<void> }) {
  const { t } = useTranslation()
  const [held, setHeld] = useState(false)
  const ask = useApiMutation(onWritten)
  const hide = (): void => setHeld(false)
  const onKeyDown = (event: KeyboardEvent) => (event.key === ' ' || event.key === 'Enter') && setHeld(true)
  return (
    <>
      <ol className={styles.words} data-hidden={!held} aria-hidden={!held}>
        {words.map((word, i) => (
          <li key={`${i}-${word}`}>{held ? word : '•••••'}</li>
        ))}
      </ol>
      <div className={layout.row}>
        <Button
          onPointerDown={() => setHeld(true)}
          onPointerUp={hide}
          onPointerLeave={hide}
          onBlur={hide}
          onKeyDown={onKeyDown}
          onKeyUp={hide}
        >
          {t('backup.hold')}
        </Button>
        <Button kind="primary" onClick={() => ask.mutate()}>
          {t('backup.written')}
        </Button>
      </div>
      {ask.errorText && <Problem>{ask.errorText}</Problem>}
    </>
  )
}

interface AnswersProps {
  /** The words that are asked for, by their places. */
  readonly positions: readonly number[]
  readonly onWrong: () => Promise<void>
  readonly onAgain: () => void
}

const Answers = z.object({ words: z.array(text(20)).length(3) })
const empty = { words: ['', '', ''] }

function AnswersForm({ positions, onWrong, onAgain }: AnswersProps) {
  const { t } = useTranslation()
  const form = useSchemaForm({
    schema: Answers,
    values: empty,
    save: (answers) =>
      api.wallet.confirmBackup(answers).catch(async (error: unknown) => {
        // A wrong answer spends the challenge; the next one asks for other words.
        await onWrong()
        form.reset(empty)
        throw error
      }),
  })
  return (
    <Form
      form={form}
      submit={t('backup.confirm')}
      beside={
        <Button kind="link" onClick={onAgain}>
          {t('backup.again')}
        </Button>
      }
    >
      {positions.map((position, i) => (
        <TextField
          key={position}
          label={t('backup.word', { number: position })}
          autoComplete="off"
          spellCheck={false}
          {...form.field(`words.${i}`)}
        />
      ))}
    </Form>
  )
}
