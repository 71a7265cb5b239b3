import { create } from 'zustand'
import type { Preview, TransactionRow } from '../../common/api/wallet.ts'
import type { PersonalAction } from '../../common/model/action.ts'
import { api } from './transport.ts'

export interface Asking {
  readonly preview: Preview
  readonly settle: (agreed: boolean) => void
}

/** What the person is being asked to agree to; one thing at a time. */
export const useAsking = create<{ asking: Asking | null }>(() => ({ asking: null }))

/** Shows what an action does and costs, and sends it when the person agrees. Null when they do not. */
export async function act(action: PersonalAction): Promise<TransactionRow | null> {
  const preview = await api.wallet.preview(action)
  const agreed = await new Promise<boolean>((settle) => useAsking.setState({ asking: { preview, settle } }))
  useAsking.setState({ asking: null })
  return agreed ? api.wallet.confirm({ id: preview.id }) : null
}
