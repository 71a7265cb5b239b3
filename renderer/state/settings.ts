import { useQuery } from '@tanstack/react-query'
import type { Config } from '../../common/model/config.ts'
import { useApiMutation } from './mutation.ts'
import { api, query } from './transport.ts'

export const useSettings = (): Config | undefined => useQuery(query.system.settings.queryOptions()).data
export const useChangeSettings = () => useApiMutation((part: Partial<Config>) => api.system.changeSettings(part))
