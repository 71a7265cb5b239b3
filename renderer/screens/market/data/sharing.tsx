import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { Config } from '../../../../common/model/config.ts'
import { numberText, optionalNumber, optionalText } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { bytes, dateTime } from '../../../lib/format.ts'
import { useData } from '../../../state/data.ts'
import { useSettings } from '../../../state/settings.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { CheckField, TextField } from '../../../ui/field.tsx'
import { HashText } from '../../../ui/hash-text.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { RoomNav } from '../../../app/room-nav.tsx'

const KIB = 1024
const GIB = 2 ** 30

/** What this machine gives to others, and within which limits. */
export function Sharing() {
  const { t, i18n } = useTranslation()
  /** Blocks that belong to a release are kept under its name, and what they are. */
  const blockName = (name: string): string => {
    const [, release, kind] = /^(.*): (preview|metadata)$/.exec(name) ?? []
    return kind ? t(`data.blocks.${kind as 'preview'}`, { name: release }) : name
  }
  const data = useData()
  const settings = useSettings()
  const remove = useApiMutation((cid: string) => api.data.unseed({ cid }))
  return (
    <div className={layout.stack}>
      <RoomNav to="/data" />
      <Card
        title={t('data.node')}
        aside={data?.node?.resting && <Tag tone="wait">{t(`data.resting.${data.node.resting}`)}</Tag>}
      >
        {!data ? (
          <Skeleton label={t('common.loading')} />
        ) : !data.node ? (
          <Empty>{t('data.nodeOff')}</Empty>
        ) : (
          <Facts
            items={[
              [
                t('data.peerId'),
                <HashText
                  key="peer"
                  value={data.node.status.peerId}
                  copyLabel={t('common.copy')}
                  copiedLabel={t('common.copied')}
                />,
              ],
              [t('data.addresses'), data.node.status.addresses.join(' ')],
              [t('data.peers'), data.node.status.peers.length],
              [t('data.kept'), bytes(data.node.status.bytes)],
              [t('data.served'), bytes(data.node.status.served)],
            ]}
          />
        )}
      </Card>
      {data?.node && data.node.roots.length > 0 && (
        <Card title={t('data.given')}>
          <Table
            caption={t('data.given')}
            columns={[t('data.name'), t('data.cid'), t('data.size'), t('data.added'), '']}
            rows={data.node.roots}
            keyOf={({ cid }) => cid}
            cells={({ cid, name, bytes: size, time }) => [
              blockName(name),
              <HashText key="cid" value={cid} copyLabel={t('common.copy')} copiedLabel={t('common.copied')} />,
              bytes(size),
              dateTime(time, i18n.language),
              <Button key="remove" disabled={remove.isPending} onClick={() => remove.mutate(cid)}>
                {t('data.stopGiving')}
              </Button>,
            ]}
          />
          {remove.errorText && <Problem>{remove.errorText}</Problem>}
        </Card>
      )}
      {settings && <LimitsCard storage={settings.storage} />}
    </div>
  )
}

function LimitsCard({ storage }: { readonly storage: Config['storage'] }) {
  const { t } = useTranslation()
  const change = useApiMutation((part: Partial<Config['storage']>) =>
    api.system.changeSettings({ storage: { ...storage, ...part } }),
  )
  return (
    <Card title={t('data.limits')}>
      <div className={layout.stack}>
        <CheckField
          label={t('data.pause')}
          hint={t('data.pauseHint')}
          checked={storage.paused}
          onChange={(event) => change.mutate({ paused: event.target.checked })}
        />
        <CheckField
          label={t('data.onMetered')}
          hint={t('data.onMeteredHint')}
          checked={storage.onMetered}
          onChange={(event) => change.mutate({ onMetered: event.target.checked })}
        />
        {change.errorText && <Problem>{change.errorText}</Problem>}
        <LimitsForm storage={storage} />
      </div>
    </Card>
  )
}

const { rateCap, diskCap } = Config.shape.storage.unwrap().shape
const Limits = z.object({
  sellerName: optionalText(60),
  rateCap: optionalNumber(rateCap.unwrap(), KIB),
  diskCap: optionalNumber(diskCap.unwrap(), GIB),
})

function LimitsForm({ storage }: { readonly storage: Config['storage'] }) {
  const { t } = useTranslation()
  const form = useSchemaForm({
    schema: Limits,
    values: {
      sellerName: storage.sellerName ?? '',
      rateCap: numberText(storage.rateCap, KIB),
      diskCap: numberText(storage.diskCap, GIB),
    },
    save: (limits) => api.system.changeSettings({ storage: { ...storage, ...limits } }),
  })
  return (
    <Form form={form} kind="secondary" submit={t('common.save')}>
      <div className={layout.pair}>
        <TextField
          label={t('data.sellerName')}
          hint={t('data.sellerNameHint')}
          maxLength={60}
          {...form.field('sellerName')}
        />
        <TextField label={t('data.rateCap')} hint={t('data.noLimit')} inputMode="decimal" {...form.field('rateCap')} />
        <TextField label={t('data.diskCap')} hint={t('data.noLimit')} inputMode="decimal" {...form.field('diskCap')} />
      </div>
    </Form>
  )
}
