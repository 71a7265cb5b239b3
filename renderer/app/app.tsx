import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { RouterProvider } from 'react-router/dom'
import { followOverview, useOverviewStore } from '../state/overview.ts'
import { upTo } from '../state/retry.ts'
import { useSettings } from '../state/settings.ts'
import { hasKey } from '../state/transport.ts'
import { applyLanguage, systemLanguage } from './i18n.ts'
import { modules } from './modules.ts'
import { Notice } from './notice.tsx'
import { Onboarding } from './onboarding.tsx'
import { fetchPages, router } from './router.tsx'
import { ModulesContext } from './screen-module.ts'
import { useTheme } from './theme.ts'

const client = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5_000, refetchOnWindowFocus: false, retry: upTo(8), retryDelay: 1_000 },
    // The host is on this machine: what is pressed must not wait for the internet.
    mutations: { networkMode: 'always' },
  },
})

export const App = () => (
  // Styles come from files alone: the policy forbids style elements.
  <CSPProvider disableStyleElements>
    <QueryClientProvider client={client}>
      <ModulesContext value={modules}>
        <Window />
      </ModulesContext>
    </QueryClientProvider>
  </CSPProvider>
)

function Window() {
  const { t } = useTranslation()
  const overview = useOverviewStore((state) => state.overview)
  const settings = useSettings()
  useTheme(settings?.theme ?? 'system')
  const language = settings?.language ?? systemLanguage()
  useEffect(() => void applyLanguage(language), [language])
  useEffect(() => {
    const abort = new AbortController()
    if (hasKey) void followOverview(client, abort.signal)
    return () => abort.abort()
  }, [])
  const ready = overview !== null && settings !== undefined
  useEffect(() => {
    if (ready) void fetchPages()
  }, [ready])
  if (!hasKey) return <Notice title={t('connection.noKey')} text={t('connection.noKeyText')} />
  if (!overview || !settings) return <Notice title={t('connection.connecting')} text={t('connection.connectingText')} />
  return settings.onboarded || overview.wallet.state !== 'none' ? <RouterProvider router={router} /> : <Onboarding />
}
