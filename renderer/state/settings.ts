import { useMutation, useQuery } from '@tanstack/react-query'
import type { Config } from '../../common/model/config.ts'
import { query } from './transport.ts'

export const useSettings = (): Config | undefined => useQuery(query.system.settings.queryOptions()).data
export const useChangeSettings = () => useMutation(query.system.changeSettings.mutationOptions())
