import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { BoughtUses } from '../../../../common/api/data.ts'
import type { BoughtWay } from '../../../../common/model/bought-names.ts'
import { boughtQuery } from '../../../state/bought.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { api } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { SelectField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

interface Props {
  readonly sale: number
  readonly name: string
  readonly uses: BoughtUses
}

/** Where bought data can go from here: what it is decides, and its licence. */
export function BoughtWays({ sale, name, uses: { kind, licence, ways, folder, files } }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const readable = [...new Set(ways.flatMap((way) => way.files))]
  const [chosen, setChosen] = useState<string>()
  const file = chosen ?? readable[0]
  const go = useApiMutation(async (way: BoughtWay | 'adapter' | 'model') => {
    const path = file ?? ''
    if (way === 'adapter') {
      await api.training.addAdapter({ path: folder })
      await navigate('/train')
    } else if (way === 'model') {
      await api.models.take({ file: `${folder}/${files[0]?.path ?? ''}`, name: null })
      await navigate('/avatar/models')
    } else if (way === 'train') await navigate(`/train?${boughtQuery(sale, path)}&field=name`)
    else if (way === 'remember') await navigate(`/avatar/sources?${boughtQuery(sale, path)}`)
    else {
      const { upload } = await api.data.handOver({ sale, path, way })
      const { table } = await api.tables.create({ name: name.slice(0, 80), upload })
      await navigate(`/train/table/${table.id}`)
    }
  })
  return (
    <>
      {readable.length > 1 && (
        <SelectField label={t('data.file')} value={file} onChange={(event) => setChosen(event.target.value)}>
          {readable.map((path) => (
            <option key={path} value={path} translate="no">
              {path}
            </option>
          ))}
        </SelectField>
      )}
      <div className={layout.row}>
        {kind === 'adapter' && (
          <Button kind="primary" disabled={go.isPending} onClick={() => go.mutate('adapter')}>
            {t('data.adopt')}
          </Button>
        )}
        {kind === 'model' && files[0] && (
          <Button kind="primary" disabled={go.isPending} onClick={() => go.mutate('model')}>
            {t('data.adoptModel')}
          </Button>
        )}
        {ways.map(({ way, files: fitting, limit }) =>
          limit === null && file !== undefined && fitting.includes(file) ? (
            <Button
              key={way}
              kind={way === 'train' ? 'primary' : 'secondary'}
              disabled={go.isPending}
              onClick={() => go.mutate(way)}
            >
              {t(`data.bought.ways.${way}`)}
            </Button>
          ) : null,
        )}
      </div>
      {ways.map(({ way, files: fitting, limit }) =>
        limit !== null && fitting.length > 0 ? (
          <p key={way} className={layout.muted}>
            {t(`data.bought.limits.${limit}`, {
              way: t(`data.bought.ways.${way}`),
              use: t(`data.uses.${licence?.use ?? 'any'}`),
            })}
          </p>
        ) : null,
      )}
      {kind === 'media' && <p className={layout.muted}>{t('data.bought.media')}</p>}
      {readable.length > 0 && <p className={layout.tiny}>{t('data.bought.stranger')}</p>}
      {go.errorText && <Problem>{go.errorText}</Problem>}
    </>
  )
}
