import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { methodNames, type MethodName, type PresetName } from '../../../../common/model/recipe-presets.ts'
import { PresetField } from '../../../app/preset-field.tsx'
import { rate } from '../../../lib/format.ts'
import { api, query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import { upload } from '../../../state/upload.ts'

const LENGTHS = [64, 128, 256, 512, 1024, 2048] as const

/** Data, base model, method: then the run is prepared and measured before anything is decided. */
export function NewRunCard() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const client = useQueryClient()
  const bases = useQuery(query.training.bases.queryOptions()).data
  const [name, setName] = useState('')
  const [files, setFiles] = useState<readonly File[]>([])
  const [chosen, setBase] = useState('')
  const [path, setPath] = useState('')
  const [preset, setPreset] = useState<PresetName>('balanced')
  const [method, setMethod] = useState<MethodName>('lora')
  const [length, setLength] = useState(128)
  const [classify, setClassify] = useState(false)
  const [share, setShare] = useState<number | null>(null)
  const base = bases?.find((item) => item.path === chosen) ?? bases?.at(-1)
  const add = useApiMutation(async () => {
    const added = await api.training.addBase({ path })
    await client.invalidateQueries({ queryKey: query.training.bases.key() })
    setBase(added.path)
    setPath('')
  })
  const create = useApiMutation(async () => {
    const uploads: string[] = []
    for (const file of files) uploads.push(await upload([file], setShare))
    setShare(null)
    const run = await api.training.create({
      name: name.trim() || t('train.unnamed'),
      base: base!.path,
      uploads,
      demoData: files.length === 0,
      preset,
      method,
      sequenceLength: length,
      classify,
    })
    await navigate(`/train/${run.id}`)
  })
  if (!bases || !base) return <Skeleton label={t('common.loading')} />
  return (
    <Card title={t('train.new')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('train.newText')}</p>
        <TextField
          label={t('train.name')}
          value={name}
          maxLength={80}
          placeholder={t('train.unnamed')}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t('train.data')}
          type="file"
          multiple
          accept=".jsonl,.csv,.parquet,.txt,.md"
          hint={files.length === 0 ? t('train.dataHint') : files.map((file) => file.name).join(', ')}
          onChange={(event) => setFiles([...(event.target.files ?? [])])}
        />
        <SelectField
          label={t('train.base')}
          value={base.path}
          onChange={(event) => setBase(event.target.value)}
          hint={`${base.type} · ${rate(base.parameters, '')} · ${t('train.context', { tokens: base.context })}`}
        >
          {bases.map((item) => (
            <option key={item.path} value={item.path}>
              {item.demo ? t('train.demoBase') : item.name}
            </option>
          ))}
        </SelectField>
        <div className={layout.row}>
          <TextField
            label={t('train.addBase')}
            value={path}
            hint={t('train.addBaseHint')}
            error={add.errorText}
            onChange={(event) => setPath(event.target.value)}
          />
          <Button disabled={!path || add.isPending} onClick={() => add.mutate()}>
            {t('train.add')}
          </Button>
        </div>
        <PresetField value={preset} onChange={setPreset} />
        <SelectField
          label={t('train.method')}
          value={method}
          hint={t(`train.methodHints.${method}`)}
          onChange={(event) => setMethod(event.target.value as MethodName)}
        >
          {methodNames.map((item) => (
            <option key={item} value={item}>
              {t(`train.methods.${item}`)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('train.length')}
          value={length}
          onChange={(event) => setLength(Number(event.target.value))}
        >
          {LENGTHS.filter((tokens) => tokens <= base.context).map((tokens) => (
            <option key={tokens} value={tokens}>
              {tokens}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('train.task')}
          value={classify || !base.writesText ? 'classify' : 'write'}
          disabled={!base.writesText}
          onChange={(event) => setClassify(event.target.value === 'classify')}
        >
          <option value="write">{t('train.write')}</option>
          <option value="classify">{t('train.classify')}</option>
        </SelectField>
        {share !== null && <Progress share={share} label={t('train.sending')} />}
        {create.errorText && <Problem>{create.errorText}</Problem>}
        <div className={layout.row}>
          <Button kind="primary" disabled={create.isPending} onClick={() => create.mutate()}>
            {t('train.prepare')}
          </Button>
        </div>
        <p className={layout.tiny}>{t('train.stays')}</p>
      </div>
    </Card>
  )
}
