import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import type { NetworkReport } from '../../../common/api/network.ts'
import type { Config, NetworkConfig } from '../../../common/model/config.ts'
import { text } from '../../forms/fields.ts'
import { Form } from '../../forms/form.tsx'
import { useSchemaForm } from '../../forms/use-schema-form.ts'
import { dateTime } from '../../lib/format.ts'
import { useErrorText } from '../../state/errors.ts'
import { useApiMutation } from '../../state/mutation.ts'
import { useOverview } from '../../state/overview.ts'
import { api, query } from '../../state/transport.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Facts, layout } from '../../ui/layout.tsx'
import { Problem } from '../../ui/state.tsx'

const LONGEST = 20_000
const Described = z.object({ description: text(LONGEST) })
const PRACTICE: NetworkConfig = { kind: 'practice', rpcUrl: null }

/** The network that this data folder is on, and the way to another one. */
export function NetworkCard({ settings }: { readonly settings: Config }) {
  const { t } = useTranslation()
  const { network, peer } = useOverview()
  const errorText = useErrorText()
  return (
    <Card title={t('settings.network')} className={layout.span6}>
      <div className={layout.stack}>
        <Facts
          items={[
            [t('confirm.network'), network.practice ? t('network.practice') : network.name],
            [t('settings.chain'), network.chainId],
            [t('settings.head'), network.head ?? '–'],
            [t('settings.peer'), peer ? <code key="peer">{peer.peerId}</code> : '–'],
            ...(peer?.problem ? [[t('settings.peerSilent'), peer.problem] as const] : []),
            [
              t('settings.addresses'),
              <code key="addresses">
                {peer?.addresses.map((address) => address.split('/p2p/')[0]).join(' ') ?? '–'}
              </code>,
            ],
          ]}
        />
        {network.problem && <Problem>{errorText(network.problem)}</Problem>}
        <AnotherNetwork settings={settings} />
      </div>
    </Card>
  )
}

/** Nothing changes before the network was asked what it is, and its person has read what that means. */
function AnotherNetwork({ settings }: { readonly settings: Config }) {
  const { t } = useTranslation()
  const [found, setFound] = useState<NetworkReport | null>(null)
  const use = useApiMutation((network: NetworkConfig) => api.network.use({ network }), [query.system.settings.key()])
  const form = useSchemaForm({
    schema: Described,
    values: { description: '' },
    save: async (described) => setFound(await api.network.check(described)),
  })
  if (use.isSuccess) return <p role="status">{t('settings.another.restart')}</p>
  return (
    <div className={layout.stack}>
      {found ? (
        <Found
          report={found}
          busy={use.isPending}
          onUse={() => use.mutate(found.network)}
          onBack={() => setFound(null)}
        />
      ) : (
        <Form form={form} kind="secondary" submit={t('settings.another.check')}>
          <TextArea
            label={t('settings.another.title')}
            hint={t('settings.another.hint')}
            spellCheck={false}
            {...form.field('description')}
          />
        </Form>
      )}
      {settings.network.kind === 'custom' && (
        <div>
          <Button kind="link" disabled={use.isPending} onClick={() => use.mutate(PRACTICE)}>
            {t('settings.another.practice')}
          </Button>
        </div>
      )}
      {use.errorText && <Problem>{use.errorText}</Problem>}
    </div>
  )
}

interface FoundProps {
  readonly report: NetworkReport
  readonly busy: boolean
  readonly onUse: () => void
  readonly onBack: () => void
}

function Found({ report: { network, head, headTime, blockSeconds, coin }, busy, onUse, onBack }: FoundProps) {
  const { t, i18n } = useTranslation()
  if (network.kind !== 'custom') return null
  return (
    <section className={layout.stack} aria-label={network.name}>
      <Facts
        items={[
          [t('confirm.network'), network.name],
          [t('settings.chain'), network.chainId],
          [t('settings.another.coin'), `${coin.name} (${coin.symbol})`],
          [t('settings.head'), `${head} · ${dateTime(headTime * 1000, i18n.language)}`],
          [
            t('settings.another.final'),
            t('settings.another.blocks', { count: network.confirmations, seconds: blockSeconds ?? '–' }),
          ],
          [t('settings.another.endpoints'), 1 + network.witnesses.length],
        ]}
      />
      <p>{t('settings.another.means')}</p>
      <div className={layout.row}>
        <Button kind="primary" disabled={busy} onClick={onUse}>
          {t('settings.another.use', { name: network.name })}
        </Button>
        <Button kind="link" onClick={onBack}>
          {t('common.cancel')}
        </Button>
      </div>
    </section>
  )
}
