import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TableDetail } from '../../../../common/api/tables.ts'
import { percent } from '../../../lib/format.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { LineChart } from '../../../ui/line-chart.tsx'
import { Problem } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { saveTableFile } from './save-table-file.ts'

type Result = TableDetail['results'][number]
const MODELS = ['perceptron', 'mlp'] as const
/** A confusion matrix of more classes tells nobody anything. */
const MOST_CLASSES = 12

/** What a simple net learns from the table: the mark that anything cleverer has to beat. */
export function BaselineCard({
  detail: { table, results, prepared },
  onChanged,
}: {
  readonly detail: TableDetail
  readonly onChanged: () => Promise<unknown>
}) {
  const { t } = useTranslation()
  const [losses, setLosses] = useState<Result['losses']>([])
  const stop = useRef(new AbortController())
  useEffect(() => () => stop.current.abort(), [])
  const train = useApiMutation(async (model: Result['model']) => {
    stop.current = new AbortController()
    setLosses([])
    for await (const entry of await api.tables.train({ id: table.id, model }, { signal: stop.current.signal }))
      setLosses((old) => [...old, entry])
    setLosses([])
    await onChanged()
  })
  const save = useApiMutation(() => saveTableFile(table.id, 'model.onnx'))
  return (
    <Card title={t('baseline.title')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('baseline.text')}</p>
        {(train.errorText ?? save.errorText) && <Problem>{train.errorText ?? save.errorText}</Problem>}
        <div className={layout.row}>
          {MODELS.map((model) => (
            <Button key={model} kind="primary" disabled={train.isPending} onClick={() => train.mutate(model)}>
              {t(`baseline.train.${model}`)}
            </Button>
          ))}
          {train.isPending && <Button onClick={() => stop.current.abort()}>{t('common.cancel')}</Button>}
          {results.length > 0 && (
            <Button disabled={save.isPending} onClick={() => save.mutate()}>
              model.onnx
            </Button>
          )}
        </div>
        {losses.length > 0 && <Curve losses={losses} />}
        {results.map((result) => (
          <Outcome key={result.model} result={result} classes={prepared?.classes ?? null} />
        ))}
      </div>
    </Card>
  )
}

function Curve({ losses }: { readonly losses: Result['losses'] }) {
  const { t } = useTranslation()
  return (
    <LineChart
      label={t('train.curve')}
      axis={t('baseline.epoch')}
      lines={[
        {
          label: t('train.loss'),
          colour: '--ember',
          points: losses.map(({ epoch, train }) => [epoch, train] as const),
        },
        {
          label: t('baseline.validation'),
          colour: '--moss',
          points: losses.flatMap(({ epoch, validation }) =>
            validation === null ? [] : [[epoch, validation] as const],
          ),
        },
      ]}
    />
  )
}

function Outcome({
  result: { model, test, seen, bestEpoch, parameters, losses },
  classes,
}: {
  readonly result: Result
  readonly classes: readonly string[] | null
}) {
  const { t, i18n } = useTranslation()
  const figure = new Intl.NumberFormat(i18n.language, { maximumSignificantDigits: 4 })
  const quality: readonly (readonly [string, string])[] =
    'accuracy' in test
      ? [
          [
            t('baseline.accuracy'),
            t('baseline.against', {
              value: percent(test.accuracy, i18n.language),
              guessing: percent(test.guessing, i18n.language),
            }),
          ],
          ['F1', test.macroF1.toFixed(3)],
          [t('baseline.logLoss'), test.logLoss.toFixed(3)],
        ]
      : [
          [
            t('baseline.error'),
            t('baseline.against', {
              value: figure.format(test.rootMeanSquare),
              guessing: figure.format(test.guessing),
            }),
          ],
          ['R²', test.explained.toFixed(3)],
          [t('baseline.absolute'), figure.format(test.meanAbsolute)],
        ]
  return (
    <section aria-label={t(`baseline.models.${model}`)} className={layout.stack}>
      <h3>{t(`baseline.models.${model}`)}</h3>
      <Facts
        items={[
          ...quality,
          [t('baseline.judged'), t(seen ? 'baseline.seen' : 'baseline.unseen', { rows: test.rows })],
          [t('train.trained'), parameters.toLocaleString(i18n.language)],
          [t('baseline.best'), bestEpoch],
        ]}
      />
      <Curve losses={losses} />
      {'confusion' in test && classes && classes.length <= MOST_CLASSES && (
        <Table
          caption={t('baseline.confusion')}
          columns={[t('baseline.is'), ...classes.map((name) => t('baseline.told', { name }))]}
          rows={test.confusion.map((line, i) => ({ line, i }))}
          keyOf={({ i }) => i}
          cells={({ line, i }) => [classes[i]!, ...line]}
        />
      )}
    </section>
  )
}
