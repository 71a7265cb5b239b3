import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { usePartner } from '../../state/partner.ts'
import { api } from '../../state/transport.ts'
import { useApiMutation } from '../../state/mutation.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Facts, layout } from '../../ui/layout.tsx'
import { Problem } from '../../ui/state.tsx'
import { Tag } from '../../ui/tag.tsx'

/** Somebody to trade with, where one is alone on a practice network. */
export function PartnerCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const partner = usePartner()
  const turn = useApiMutation((on: boolean) => api.partner.turn({ on }))
  if (!partner || partner.state === 'unavailable') return null
  const { state, offering, selling, ordered, bought, problem } = partner
  const on = state !== 'off'
  return (
    <Card
      title={t('partner.title')}
      className={className}
      aside={on && <Tag tone={state === 'playing' ? 'ok' : 'wait'}>{t(`partner.states.${state}`)}</Tag>}
    >
      <div className={layout.stack}>
        <p className={layout.muted}>{t('partner.text')}</p>
        {on && (
          <Facts
            items={[
              [t('partner.offering'), offering ? <Link to="/market">{t('partner.order')}</Link> : t('partner.soon')],
              [
                t('partner.selling'),
                selling === null ? t('partner.soon') : <Link to={`/data/asset/${selling}`}>{t('partner.buy')}</Link>,
              ],
              [t('partner.ordered'), ordered],
              [t('partner.bought'), bought],
            ]}
          />
        )}
        {problem && <p className={layout.tiny}>{t('partner.problem', { why: problem })}</p>}
        {turn.errorText && <Problem>{turn.errorText}</Problem>}
        <div>
          <Button kind={on ? 'secondary' : 'primary'} disabled={turn.isPending} onClick={() => turn.mutate(!on)}>
            {t(on ? 'partner.off' : 'partner.on')}
          </Button>
        </div>
      </div>
    </Card>
  )
}
