import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Config } from '../../../../common/model/config.ts'
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
              name,
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
  const [name, setName] = useState(storage.sellerName ?? '')
  const [rate, setRate] = useState(storage.rateCap === null ? '' : String(Math.round(storage.rateCap / KIB)))
  const [disk, setDisk] = useState(storage.diskCap === null ? '' : String(storage.diskCap / GIB))
  const change = useApiMutation((part: Partial<Config['storage']>) =>
    api.system.changeSettings({ storage: { ...storage, ...part } }),
  )
  return (
    <Card title={t('data.limits')}>
      <form
        className={layout.stack}
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate({
            sellerName: name.trim() || null,
            rateCap: rate === '' ? null : Math.round(Number(rate) * KIB),
            diskCap: disk === '' ? null : Math.round(Number(disk) * GIB),
          })
        }}
      >
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
        <div className={layout.pair}>
          <TextField
            label={t('data.sellerName')}
            hint={t('data.sellerNameHint')}
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <TextField
            label={t('data.rateCap')}
            hint={t('data.noLimit')}
            type="number"
            min={1}
            value={rate}
            onChange={(event) => setRate(event.target.value)}
          />
          <TextField
            label={t('data.diskCap')}
            hint={t('data.noLimit')}
            type="number"
            min={0.01}
            step={0.01}
            value={disk}
            onChange={(event) => setDisk(event.target.value)}
          />
        </div>
        {change.errorText && <Problem>{change.errorText}</Problem>}
        <div>
          <Button type="submit" disabled={change.isPending}>
            {t('common.save')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
