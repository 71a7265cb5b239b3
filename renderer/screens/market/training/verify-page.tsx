import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { FileField } from '../../../forms/file-field.tsx'
import { useApiMutation } from '../../../state/mutation.ts'
import { api } from '../../../state/transport.ts'
import { upload } from '../../../state/upload.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import { ProofFactsPart } from './proof-facts.tsx'
import { VerdictCard } from './verdict-card.tsx'

/** A proof of training that somebody handed over: what it says, and whether it holds. */
export function VerifyPage() {
  const { t } = useTranslation()
  const [share, setShare] = useState<number | null>(null)
  const [data, setData] = useState<File | null>(null)
  const sent = (file: File): Promise<string> => upload([file], setShare).finally(() => setShare(null))
  const proof = useApiMutation(async (file: File) => {
    const id = await sent(file)
    return { upload: id, ...(await api.proofs.inspect({ upload: id })) }
  })
  const verify = useApiMutation(async (given: string) =>
    api.proofs.verify({ upload: given, data: data && (await sent(data)) }),
  )
  const read = (file: File | undefined): void => {
    if (!file) return
    verify.reset()
    proof.mutate(file)
  }
  const found = proof.data
  const ready = found?.base && (found.run !== null || data !== null)
  return (
    <div className={layout.stack}>
      <Link to="/train">{t('nav.train')}</Link>
      <Card title={t('proof.title')}>
        <div className={layout.stack}>
          <p className={layout.muted}>{t('proof.text')}</p>
          <FileField
            takes="proof"
            label={t('proof.file')}
            hint={t('proof.fileHint')}
            accept=".hpb,.bin"
            disabled={verify.isPending}
            onChange={(event) => read(event.target.files?.[0])}
          />
          {proof.errorText && <Problem>{proof.errorText}</Problem>}
          {proof.isPending && share === null && <Skeleton label={t('proof.reading')} />}
          {found && (
            <>
              <ProofFactsPart {...found} />
              {found.run === null && (
                <FileField
                  takes="prepared"
                  label={t('proof.data')}
                  hint={t('proof.dataHint')}
                  accept=".htd"
                  onChange={(event) => setData(event.target.files?.[0] ?? null)}
                />
              )}
              {!found.base && <Problem>{t('proof.noBase', { name: found.facts.recipe.base.name })}</Problem>}
            </>
          )}
          {share !== null && <Progress share={share} label={t('train.sending')} />}
          {verify.errorText && <Problem>{verify.errorText}</Problem>}
          {found && !verify.data && (
            <div className={layout.row}>
              <Button kind="primary" disabled={!ready || verify.isPending} onClick={() => verify.mutate(found.upload)}>
                {t('proof.verify')}
              </Button>
              {verify.isPending && <span role="status">{t('proof.verifying')}</span>}
            </div>
          )}
        </div>
      </Card>
      {found && verify.data && <VerdictCard verdict={verify.data} beacon={found.facts.beacon} />}
    </div>
  )
}
