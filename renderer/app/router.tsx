import { createHashRouter } from 'react-router'
import { Layout } from './layout.tsx'
import { modules } from './modules.ts'
import { NoPage } from './no-page.tsx'
import { NotLoaded } from './not-loaded.tsx'
import { PageSkeleton } from './page-skeleton.tsx'

const routes = modules.flatMap((module) => module.routes)

/** Every page of the window; where one is not there yet, the page before it stays. */
export const router = createHashRouter([
  {
    element: <Layout />,
    children: [
      ...routes.map(({ path, load }) => ({
        path,
        lazy: async () => ({ Component: await load() }),
        hydrateFallbackElement: <PageSkeleton />,
        errorElement: <NotLoaded />,
      })),
      { path: '*', element: <NoPage /> },
    ],
  },
])

/** Fetches every page while nothing else is to be done, so that going to one waits for nothing. */
export async function fetchPages(): Promise<void> {
  for (const load of [() => import('./confirm-dialog.tsx'), ...routes.map((route) => route.load)]) {
    await new Promise((resolve) => requestIdleCallback(resolve))
    // Where the host is gone, it is fetched when it is gone to.
    await load().catch(() => null)
  }
}
