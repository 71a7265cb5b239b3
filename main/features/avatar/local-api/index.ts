export { Completions } from './completions.ts'
export { LocalApiService } from './local-api-service.ts'
