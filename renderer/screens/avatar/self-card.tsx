import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { download } from '../../lib/download.ts'
import { readPieces } from '../../lib/pieces.ts'
import { api } from '../../state/transport.ts'
import { upload } from '../../state/upload.ts'
import { useAction } from '../../state/use-action.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { TextField } from '../../ui/field.tsx'
import { layout } from '../../ui/layout.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Problem } from '../../ui/state.tsx'

const SHORTEST = 10
type Counts = Awaited<ReturnType<typeof api.avatar.exportArchive>>

/** All that a person is here, as one sealed file: out of this machine, or into an empty one. */
export function ArchiveCard({ empty }: { readonly empty: boolean }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState<Counts | null>(null)
  return (
    <Card title={t('avatar.self.title')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('avatar.self.text')}</p>
        {empty ? <OpenForm onOpened={setOpened} /> : <SealForm />}
        {opened && <p role="status">{t('avatar.self.opened', opened)}</p>}
        <p className={layout.tiny}>{t('avatar.self.onlyEmpty')}</p>
      </div>
    </Card>
  )
}

function SealForm() {
  const { t } = useTranslation()
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [done, setDone] = useState<Counts | null>(null)
  const seal = useAction(async () => {
    setDone(null)
    const counts = await api.avatar.exportArchive({ passphrase })
    download('hearth-self.age', await readPieces((offset) => api.avatar.readArchivePiece({ offset })))
    setDone(counts)
    setPassphrase('')
    setAgain('')
  })
  const short = passphrase.length > 0 && passphrase.length < SHORTEST
  return (
    <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), seal.run())}>
      <div className={layout.pair}>
        <TextField
          label={t('avatar.self.passphrase')}
          type="password"
          autoComplete="new-password"
          value={passphrase}
          error={short ? t('wallet.passphraseShort') : null}
          hint={t('avatar.self.hint')}
          onChange={(event) => setPassphrase(event.target.value)}
        />
        <TextField
          label={t('avatar.self.again')}
          type="password"
          autoComplete="new-password"
          value={again}
          error={again.length > 0 && again !== passphrase ? t('wallet.passphraseDiffers') : null}
          onChange={(event) => setAgain(event.target.value)}
        />
      </div>
      {seal.error && <Problem>{seal.error}</Problem>}
      {done && <p role="status">{t('avatar.self.sealed', done)}</p>}
      <div>
        <Button type="submit" disabled={seal.busy || passphrase.length < SHORTEST || again !== passphrase}>
          {t('avatar.self.seal')}
        </Button>
      </div>
    </form>
  )
}

function OpenForm({ onOpened }: { readonly onOpened: (counts: Counts) => void }) {
  const { t } = useTranslation()
  const [file, setFile] = useState<File | null>(null)
  const [passphrase, setPassphrase] = useState('')
  const [share, setShare] = useState<number | null>(null)
  const open = useAction(async () => {
    const given = await upload([file!], setShare).finally(() => setShare(null))
    onOpened(await api.avatar.importArchive({ upload: given, passphrase }))
  })
  return (
    <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), open.run())}>
      <div className={layout.pair}>
        <TextField
          label={t('avatar.self.file')}
          type="file"
          accept=".age"
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
        />
        <TextField
          label={t('avatar.self.filePassphrase')}
          type="password"
          autoComplete="off"
          value={passphrase}
          onChange={(event) => setPassphrase(event.target.value)}
        />
      </div>
      {share !== null && <Progress share={share} label={t('data.reading')} />}
      {open.error && <Problem>{open.error}</Problem>}
      <div>
        <Button type="submit" disabled={open.busy || file === null || passphrase === ''}>
          {t('avatar.self.open')}
        </Button>
      </div>
    </form>
  )
}
