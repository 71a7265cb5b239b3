import { useTranslation } from 'react-i18next'
import { Skeleton } from '../ui/state.tsx'

/** In place of the first page, while its file comes. */
export const PageSkeleton = () => <Skeleton label={useTranslation().t('common.loading')} />
