import { useTranslation } from 'react-i18next'
import { useOverview } from '../../state/overview.ts'
import { useSettings } from '../../state/settings.ts'
import { api } from '../../state/transport.ts'
import type { Choice } from './entries.ts'

const themes = ['light', 'dark', 'system'] as const

/** What can be done from anywhere, as things stand. */
export function useActions(): Choice[] {
  const { t } = useTranslation()
  const { earning, wallet } = useOverview()
  const theme = useSettings()?.theme
  const action = (id: string, name: string, run: Choice['run']): Choice => ({
    id,
    name,
    about: t('palette.action'),
    run,
  })
  return [
    earning.kind === 'stopped'
      ? action('earn', t('hero.start'), () => api.earn.start({}))
      : action('rest', t('hero.pause'), () => api.earn.stop({})),
    ...(wallet.state === 'open' ? [action('lock', t('palette.lock'), () => api.wallet.lock({}))] : []),
    ...themes
      .filter((item) => item !== theme)
      .map((item) =>
        action(item, `${t('settings.theme')}: ${t(`settings.${item}`)}`, () =>
          api.system.changeSettings({ theme: item }),
        ),
      ),
  ]
}
