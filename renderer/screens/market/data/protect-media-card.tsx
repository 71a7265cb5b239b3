import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { CollectionRow } from '../../../../common/model/collection.ts'
import { api } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { TermsForm, type Sealing } from './terms-form.tsx'

interface Props {
  readonly collection: CollectionRow
  /** Assets that this collection was sold as before. */
  readonly assets: readonly { readonly id: number; readonly name: string }[]
}

/** Says exactly what of a collection would leave the machine and on what terms, and seals it. */
export function ProtectMediaCard({ collection: { id, name, leaving }, assets }: Props) {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const seal = async ({ terms, asset }: Sealing) => {
    const release = await api.data.sealCollection({ collection: id, terms, asset })
    await navigate(`/data/release/${release.id}`)
  }
  return (
    <Card title={t('data.protect')}>
      <TermsForm name={name} ready={leaving.items > 0} assets={assets} seal={seal}>
        <p className={layout.muted}>{t('data.protectText')}</p>
        <Facts
          items={[
            [t('data.leaves'), t('data.media.leavesItems', { items: leaving.items.toLocaleString(i18n.language) })],
            [t('data.leavesPublic'), t('data.media.leavesPublicText')],
            [t('data.leavesSealed'), t('data.leavesSealedText')],
            [t('data.staysHere'), t('data.media.staysHereText')],
          ]}
        />
      </TermsForm>
    </Card>
  )
}
