import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import type { CurationChoices, DatasetRow } from '../../../../common/model/dataset.ts'
import { useLeftOut } from '../../../app/left-out.ts'
import { RemoveDialog } from '../../../app/remove-dialog.tsx'
import { useData } from '../../../state/data.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { Steps } from '../../../ui/steps.tsx'
import { ChangesCard } from './changes-card.tsx'
import { ExportCard } from './export-card.tsx'
import { FiltersCard } from './filters-card.tsx'
import { FindYourselfCard } from './find-yourself-card.tsx'
import { ItemsCard } from './items-card.tsx'
import { PersonalCard } from './personal-card.tsx'
import { ProtectCard } from './protect-card.tsx'
import { ReportFacts } from './report-facts.tsx'
import { WorthCard } from './worth-card.tsx'

/** One dataset on its way from an export to something that can be sold. Everything here can be changed back. */
export function DatasetPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const data = useData()
  const dataset = data?.datasets.find((item) => item.id === id)
  if (!data) return <Skeleton label={t('common.loading')} />
  return dataset ? (
    <Loaded key={id} dataset={dataset} others={data.datasets.filter((item) => item.id !== id)} assets={data.releases} />
  ) : (
    <Empty>{t('data.noSuchDataset')}</Empty>
  )
}

function Loaded({
  dataset,
  others,
  assets,
}: {
  readonly dataset: DatasetRow
  readonly others: readonly DatasetRow[]
  readonly assets: NonNullable<ReturnType<typeof useData>>['releases']
}) {
  const { t, i18n } = useTranslation()
  const leftOut = useLeftOut()
  const navigate = useNavigate()
  const [before, setBefore] = useState<CurationChoices | null>(null)
  const [asking, setAsking] = useState(false)
  // Shown at once; the host works on it.
  const [wanted, setWanted] = useState<CurationChoices | null>(null)
  const choose = useApiMutation(async (choices: CurationChoices) => {
    const old = dataset.choices
    setWanted(choices)
    await api.data.choose({ id: dataset.id, choices }).finally(() => setWanted(null))
    setBefore(old)
  })
  const remove = useApiMutation(async () => {
    await api.data.remove({ id: dataset.id })
    await navigate('/data')
  })
  const sealed = assets.find(({ release }) => release.dataset === dataset.id)
  return (
    <div className={layout.stack}>
      <div className={layout.between}>
        <h2>{dataset.name}</h2>
        <span className={layout.row}>
          {others.length > 0 && (
            <Choice
              label={t('data.likeAnother')}
              value=""
              options={['', ...others.map((other) => other.id)]}
              nameOf={(other) => others.find((item) => item.id === other)?.name ?? t('data.likeAnother')}
              onChoose={(other) => other !== '' && choose.mutate(others.find((item) => item.id === other)!.choices)}
            />
          )}
          {before && (
            <Button disabled={choose.isPending} onClick={() => choose.mutate(before)}>
              {t('data.undo')}
            </Button>
          )}
          <Button kind="link" onClick={() => setAsking(true)}>
            {t('train.remove')}
          </Button>
        </span>
      </div>
      <Steps
        label={t('data.way')}
        names={[t('data.steps.source'), t('data.steps.curate'), t('data.steps.protect'), t('data.steps.list')]}
        at={sealed ? 3 : 1}
      />
      {choose.isPending && (
        <p role="status" className={layout.muted}>
          {t('data.working')}
        </p>
      )}
      {choose.errorText && <Problem>{choose.errorText}</Problem>}
      <div className={layout.pair}>
        <Card title={t('data.asBrought')}>
          <ReportFacts report={dataset.report} />
        </Card>
        <Card title={t('data.asLeaving')}>
          {dataset.cleaned ? <ReportFacts report={dataset.cleaned.report} /> : <Skeleton label={t('data.working')} />}
        </Card>
      </div>
      <WorthCard dataset={dataset} />
      <Card title={t('data.provenance')}>
        <Facts
          items={[
            [t('data.source'), dataset.source.file],
            ['SHA-256', <code key="sha">{dataset.source.sha256.slice(0, 24)}…</code>],
            [t('data.items'), dataset.items.toLocaleString(i18n.language)],
            [t('data.skipped'), leftOut(dataset.skipped).join(', ') || t('data.nothing')],
            [t('data.dropped'), leftOut(dataset.cleaned?.dropped ?? {}).join(', ') || t('data.nothing')],
          ]}
        />
      </Card>
      <PersonalCard
        id={dataset.id}
        choices={wanted ?? dataset.choices}
        busy={choose.isPending}
        onChoose={choose.mutate}
      />
      <FindYourselfCard
        dataset={dataset}
        busy={choose.isPending}
        onHide={(word) => choose.mutate({ ...dataset.choices, hide: [...new Set([...dataset.choices.hide, word])] })}
      />
      <ChangesCard dataset={dataset} />
      <FiltersCard
        key={JSON.stringify(dataset.choices.filters)}
        dataset={dataset}
        busy={choose.isPending}
        onChoose={choose.mutate}
      />
      <ItemsCard dataset={dataset} />
      <ExportCard dataset={dataset} />
      <ProtectCard
        dataset={dataset}
        assets={assets.flatMap(({ asset, release }) =>
          asset && release.dataset === dataset.id ? [{ id: asset.id, name: release.terms.name }] : [],
        )}
      />
      <RemoveDialog
        name={dataset.name}
        text={t('data.removeText')}
        open={asking}
        busy={remove.isPending}
        error={remove.errorText}
        onClose={() => setAsking(false)}
        onAgree={() => remove.mutate()}
      />
    </div>
  )
}
