import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Config } from '../../common/model/config.ts'
import { roles, type Role } from '../../common/model/roles.ts'
import { useChangeSettings, useSettings } from '../state/settings.ts'
import { api } from '../state/transport.ts'
import { useApiMutation } from '../state/mutation.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { SelectField } from '../ui/field.tsx'
import { layout } from '../ui/layout.tsx'
import { Problem } from '../ui/state.tsx'
import styles from './onboarding.module.css'

/** Where each role begins. Only whoever earns needs a wallet first. */
const begins = { earn: '#/wallet', data: '#/data', avatar: '#/avatar', buy: '#/market' } as const

/** First start: what for, and where one is. */
export function Onboarding() {
  const { t } = useTranslation()
  const settings = useSettings()
  const [role, setRole] = useState<Role>('earn')
  const change = useChangeSettings()
  const begin = useApiMutation(async () => {
    location.hash = begins[role]
    await api.system.changeSettings({ onboarded: true, role })
  })
  return (
    <main className={styles.page}>
      <Card hero className={styles.card}>
        <div className={layout.stack}>
          <h1>{t('onboarding.title')}</h1>
          <p className={layout.muted}>{t('onboarding.text')}</p>
          <SelectField
            label={t('settings.language')}
            value={settings?.language ?? ''}
            onChange={(event) => change.mutate({ language: (event.target.value || null) as Config['language'] })}
          >
            <option value="">{t('settings.system')}</option>
            <option value="en">English</option>
            <option value="zh-CN">简体中文</option>
          </SelectField>
          <fieldset className={styles.roles}>
            <legend>{t('onboarding.role')}</legend>
            {roles.map((item) => (
              <label key={item} className={styles.role}>
                <input type="radio" name="role" checked={role === item} onChange={() => setRole(item)} />
                <span>
                  <b>{t(`onboarding.roles.${item}.title`)}</b>
                  <br />
                  <span className={layout.muted}>{t(`onboarding.roles.${item}.text`)}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <p className={layout.muted}>{t('onboarding.practice')}</p>
          {(begin.errorText ?? change.errorText) && <Problem>{begin.errorText ?? change.errorText}</Problem>}
          <div className={layout.row}>
            <Button kind="primary" disabled={begin.isPending} onClick={() => begin.mutate()}>
              {t('onboarding.begin')}
            </Button>
          </div>
        </div>
      </Card>
    </main>
  )
}
