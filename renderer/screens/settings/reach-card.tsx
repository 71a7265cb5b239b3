import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import type { Config } from '../../../common/model/config.ts'
import { ListenAddress, NodeAddress } from '../../../common/model/node-address.ts'
import { lines } from '../../forms/fields.ts'
import { Form } from '../../forms/form.tsx'
import { useSchemaForm } from '../../forms/use-schema-form.ts'
import { api, query } from '../../state/transport.ts'
import { Card } from '../../ui/card.tsx'
import { CheckField, SelectField, TextArea } from '../../ui/field.tsx'
import { layout } from '../../ui/layout.tsx'

/** Where a node listens, by who is to reach it; a port of its own choice each time, or one that a router can be told. */
const places = {
  machine: ['/ip4/127.0.0.1/tcp/0'],
  network: ['/ip4/0.0.0.0/tcp/0', '/ip6/::/tcp/0'],
} as const
const OWN = 'own'
type Place = keyof typeof places | typeof OWN

const placeOf = (listen: readonly string[]): Place =>
  (Object.keys(places) as (keyof typeof places)[]).find((name) => places[name].join() === listen.join()) ?? OWN

const Reach = z.object({
  place: z.enum(['machine', 'network', OWN]),
  listen: lines(ListenAddress, 8, 'listen'),
  mdns: z.boolean(),
  relays: lines(NodeAddress, 8, 'node'),
  bootstrap: lines(NodeAddress, 32, 'node'),
})

/** Who can reach one of this machine's two nodes, and by which way. */
export function ReachCard({ settings, node }: { readonly settings: Config; readonly node: 'peer' | 'storage' }) {
  const { t } = useTranslation()
  const { listen, mdns, relays, bootstrap } = settings[node]
  const form = useSchemaForm({
    schema: Reach,
    values: {
      place: placeOf(listen),
      listen: listen.join('\n'),
      mdns,
      relays: relays.join('\n'),
      bootstrap: bootstrap.join('\n'),
    },
    save: ({ place, ...reach }) => {
      const change = { ...reach, listen: place === OWN ? reach.listen : [...places[place]] }
      return api.system.changeSettings(
        node === 'peer' ? { peer: change } : { storage: { ...settings.storage, ...change } },
      )
    },
    stale: [query.system.settings.key()],
  })
  return (
    <Card title={t(`settings.reach.${node}`)} className={layout.span6}>
      <Form form={form} submit={t('offer.save')} saved={t('settings.reach.done')}>
        <p className={layout.muted}>{t(`settings.reach.${node}Text`)}</p>
        <SelectField label={t('settings.reach.place')} {...form.field('place')}>
          {(['machine', 'network', OWN] as const).map((place) => (
            <option key={place} value={place}>
              {t(`settings.reach.places.${place}`)}
            </option>
          ))}
        </SelectField>
        {form.value('place') === OWN && (
          <TextArea
            label={t('settings.reach.listen')}
            hint={t('settings.reach.listenHint')}
            spellCheck={false}
            {...form.field('listen')}
          />
        )}
        <CheckField label={t('settings.reach.mdns')} hint={t('settings.reach.mdnsHint')} {...form.field('mdns')} />
        <TextArea
          label={t('settings.reach.relays')}
          hint={t('settings.reach.relaysHint')}
          spellCheck={false}
          {...form.field('relays')}
        />
        <TextArea
          label={t('settings.reach.bootstrap')}
          hint={t('settings.reach.bootstrapHint')}
          spellCheck={false}
          {...form.field('bootstrap')}
        />
      </Form>
    </Card>
  )
}
