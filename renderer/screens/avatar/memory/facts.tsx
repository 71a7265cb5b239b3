import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { factStates, type FactState } from '../../../../common/model/fact-state.ts'
import { useAvatar, useFacts } from '../../../state/avatar.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { SelectField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Pager } from '../../../ui/pager.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import styles from './avatar.module.css'
import { RoomNav } from '../../../app/room-nav.tsx'
import { BiographyCard } from './biography-card.tsx'
import { FactRow } from './fact-row.tsx'

const PAGE = 20

/** What is true of this person, with its sources. What was found waits for a decision; every change can be undone. */
export function Facts() {
  const { t } = useTranslation()
  const avatar = useAvatar()
  const [state, setState] = useState<FactState>('proposed')
  const [offset, setOffset] = useState(0)
  const page = useFacts(state, offset)
  const look = useApiMutation(() => api.avatar.proposeFacts({}))
  const undo = useApiMutation(() => api.avatar.undoFact({}))
  const me = avatar?.people.some((person) => person.me) ?? false
  return (
    <div className={layout.stack}>
      <RoomNav to="/avatar" />
      <Card
        title={t('avatar.facts')}
        aside={
          <Button disabled={undo.isPending} onClick={() => undo.mutate()}>
            {t('avatar.undo')}
          </Button>
        }
      >
        <div className={layout.stack}>
          <p className={layout.muted}>{t('avatar.factsText')}</p>
          {avatar && !me && (
            <p>
              {t('avatar.whoFirst')} <Link to="/avatar/sources">{t('avatar.people')}</Link>
            </p>
          )}
          {look.errorText && <Problem>{look.errorText}</Problem>}
          {undo.errorText && <Problem>{undo.errorText}</Problem>}
          <div className={layout.row}>
            <Button kind="primary" disabled={!me || look.isPending} onClick={() => look.mutate()}>
              {t('avatar.lookForFacts')}
            </Button>
            {avatar?.tasks
              .filter(({ step }) => step === 'proposing')
              .map(({ items }) => (
                <span key="proposing" role="status" className={layout.muted}>
                  {t('avatar.tasks.proposing', { count: items })}
                </span>
              ))}
          </div>
          <SelectField
            label={t('avatar.which')}
            value={state}
            onChange={(event) => (setState(event.target.value as FactState), setOffset(0))}
          >
            {factStates.map((item) => (
              <option key={item} value={item}>
                {t(`avatar.factStates.${item}`)}
              </option>
            ))}
          </SelectField>
          {!page ? (
            <Skeleton label={t('common.loading')} />
          ) : page.total === 0 ? (
            <Empty>{t(`avatar.noFacts.${state}`)}</Empty>
          ) : (
            <>
              <p className={layout.tiny}>{t('avatar.factCount', { count: page.total })}</p>
              <ul className={styles.hits}>
                {page.facts.map((fact) => (
                  <FactRow key={fact.id} fact={fact} others={page.facts} />
                ))}
              </ul>
              <Pager
                offset={offset}
                size={PAGE}
                more={offset + PAGE < page.total}
                onMove={setOffset}
                labels={{ earlier: t('data.earlier'), later: t('data.later') }}
              />
            </>
          )}
        </div>
      </Card>
      <BiographyCard />
    </div>
  )
}
