import type { Api } from '../../common/api/index.ts'
import type { PersonalAction } from '../../common/model/action.ts'
import { act } from '../cli/act.ts'

/** Nobody reads along, so nothing is printed. */
export const quietly = (): void => {}

/** Sends what is due, with the deposit that it may need, and waits until it is mined. */
export const send = (api: Api, action: PersonalAction) => act(api, action, quietly)
