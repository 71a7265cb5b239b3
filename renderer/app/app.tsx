import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { createHashRouter, RouterProvider } from 'react-router'
import { Market } from '../screens/market/market.tsx'
import { OrderPage } from '../screens/market/order-page.tsx'
import { Earn } from '../screens/earn/earn.tsx'
import { AddressPage } from '../screens/explorer/address-page.tsx'
import { BlockPage } from '../screens/explorer/block-page.tsx'
import { Explorer } from '../screens/explorer/explorer.tsx'
import { TransactionPage } from '../screens/explorer/transaction-page.tsx'
import { Topics } from '../screens/avatar/topics.tsx'
import { Facts } from '../screens/avatar/facts.tsx'
import { AvatarPage } from '../screens/chat/avatar-page.tsx'
import { Chat } from '../screens/chat/chat.tsx'
import { Memory } from '../screens/avatar/memory.tsx'
import { Sources } from '../screens/avatar/sources.tsx'
import { StylePage } from '../screens/style/style.tsx'
import { AssetPage } from '../screens/data/asset-page.tsx'
import { Browse } from '../screens/data/browse.tsx'
import { CollectionPage } from '../screens/data/collection-page.tsx'
import { DatasetPage } from '../screens/data/dataset-page.tsx'
import { Library } from '../screens/data/library.tsx'
import { MyData } from '../screens/data/my-data.tsx'
import { PurchasePage } from '../screens/data/purchase-page.tsx'
import { ReleasePage } from '../screens/data/release-page.tsx'
import { SellAdapterPage } from '../screens/data/sell-adapter-page.tsx'
import { SellModelPage } from '../screens/data/sell-model-page.tsx'
import { Sharing } from '../screens/data/sharing.tsx'
import { Home } from '../screens/home/home.tsx'
import { Models } from '../screens/models/models.tsx'
import { Onboarding } from '../screens/onboarding/onboarding.tsx'
import { Settings } from '../screens/settings/settings.tsx'
import { RunPage } from '../screens/train/run-page.tsx'
import { TablePage } from '../screens/train/table-page.tsx'
import { Train } from '../screens/train/train.tsx'
import { Wallet } from '../screens/wallet/wallet.tsx'
import { followOverview, useOverviewStore } from '../state/overview.ts'
import { useSettings } from '../state/settings.ts'
import { hasKey } from '../state/transport.ts'
import { applyLanguage, systemLanguage } from './i18n.ts'
import { Layout } from './layout.tsx'
import { Notice } from './notice.tsx'
import { useTheme } from './theme.ts'

const client = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5_000, refetchOnWindowFocus: false, retry: 8, retryDelay: 1_000 },
    // The host is on this machine: what is pressed must not wait for the internet.
    mutations: { networkMode: 'always' },
  },
})

const router = createHashRouter([
  {
    element: <Layout />,
    children: [
      { path: '/', element: <Home /> },
      { path: '/earn', element: <Earn /> },
      { path: '/market', element: <Market /> },
      { path: '/market/:id', element: <OrderPage /> },
      { path: '/data', element: <MyData /> },
      { path: '/data/browse', element: <Browse /> },
      { path: '/data/library', element: <Library /> },
      { path: '/data/sharing', element: <Sharing /> },
      { path: '/data/set/:id', element: <DatasetPage /> },
      { path: '/data/collection/:id', element: <CollectionPage /> },
      { path: '/data/release/:id', element: <ReleasePage /> },
      { path: '/data/adapter/:id', element: <SellAdapterPage /> },
      { path: '/data/model/:id', element: <SellModelPage /> },
      { path: '/data/asset/:id', element: <AssetPage /> },
      { path: '/data/purchase/:id', element: <PurchasePage /> },
      { path: '/avatar', element: <Chat /> },
      { path: '/avatar/chat/:id', element: <Chat /> },
      { path: '/avatar/who/:id', element: <AvatarPage /> },
      { path: '/avatar/memory', element: <Memory /> },
      { path: '/avatar/topics', element: <Topics /> },
      { path: '/avatar/facts', element: <Facts /> },
      { path: '/avatar/sources', element: <Sources /> },
      { path: '/avatar/style', element: <StylePage /> },
      { path: '/avatar/models', element: <Models /> },
      { path: '/train', element: <Train /> },
      { path: '/train/:id', element: <RunPage /> },
      { path: '/train/table/:id', element: <TablePage /> },
      { path: '/explorer', element: <Explorer /> },
      { path: '/explorer/block/:number', element: <BlockPage /> },
      { path: '/explorer/tx/:hash', element: <TransactionPage /> },
      { path: '/explorer/address/:address', element: <AddressPage /> },
      { path: '/wallet', element: <Wallet /> },
      { path: '/settings', element: <Settings /> },
      { path: '*', element: <Home /> },
    ],
  },
])

export const App = () => (
  // Styles come from files alone: the policy forbids style elements.
  <CSPProvider disableStyleElements>
    <QueryClientProvider client={client}>
      <Window />
    </QueryClientProvider>
  </CSPProvider>
)

function Window() {
  const { t } = useTranslation()
  const overview = useOverviewStore((state) => state.overview)
  const settings = useSettings()
  useTheme(settings?.theme ?? 'system')
  const language = settings?.language ?? systemLanguage()
  useEffect(() => applyLanguage(language), [language])
  useEffect(() => {
    const abort = new AbortController()
    if (hasKey) void followOverview(client, abort.signal)
    return () => abort.abort()
  }, [])
  if (!hasKey) return <Notice title={t('connection.noKey')} text={t('connection.noKeyText')} />
  if (!overview || !settings) return <Notice title={t('connection.connecting')} text={t('connection.connectingText')} />
  return settings.onboarded || overview.wallet.state !== 'none' ? <RouterProvider router={router} /> : <Onboarding />
}
