import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { FileField } from '../../../forms/file-field.tsx'
import { files, newPassphrase } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { download } from '../../../lib/download.ts'
import { readPieces } from '../../../lib/pieces.ts'
import { api } from '../../../state/transport.ts'
import { upload } from '../../../state/upload.ts'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'

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
  const [done, setDone] = useState<Counts | null>(null)
  const form = useSchemaForm({
    schema: newPassphrase,
    values: { passphrase: '', again: '' },
    save: async ({ passphrase }) => {
      setDone(null)
      const counts = await api.avatar.exportArchive({ passphrase })
      download('hearth-self.age', await readPieces((offset) => api.avatar.readArchivePiece({ offset })))
      setDone(counts)
      form.reset()
    },
  })
  return (
    <Form form={form} kind="secondary" submit={t('avatar.self.seal')}>
      <div className={layout.pair}>
        <TextField
          label={t('avatar.self.passphrase')}
          type="password"
          autoComplete="new-password"
          hint={t('avatar.self.hint')}
          {...form.field('passphrase')}
        />
        <TextField
          label={t('avatar.self.again')}
          type="password"
          autoComplete="new-password"
          {...form.field('again')}
        />
      </div>
      {done && <p role="status">{t('avatar.self.sealed', done)}</p>}
    </Form>
  )
}

const Archive = z.object({ files: files(1), passphrase: z.string().min(1).max(1000) })

function OpenForm({ onOpened }: { readonly onOpened: (counts: Counts) => void }) {
  const { t } = useTranslation()
  const [share, setShare] = useState<number | null>(null)
  const form = useSchemaForm({
    schema: Archive,
    values: { files: null, passphrase: '' },
    save: async ({ files: chosen, passphrase }) => {
      const given = await upload(chosen, setShare).finally(() => setShare(null))
      onOpened(await api.avatar.importArchive({ upload: given, passphrase }))
    },
  })
  return (
    <Form form={form} kind="secondary" submit={t('avatar.self.open')}>
      <div className={layout.pair}>
        <FileField label={t('avatar.self.file')} accept=".age" {...form.field('files')} />
        <TextField
          label={t('avatar.self.filePassphrase')}
          type="password"
          autoComplete="off"
          {...form.field('passphrase')}
        />
      </div>
      {share !== null && <Progress share={share} label={t('data.reading')} />}
    </Form>
  )
}
