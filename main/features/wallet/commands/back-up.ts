import type { Api } from '../../../../common/api/index.ts'

/** Answers the backup challenge with the words themselves: for a machine whose operator has stored them elsewhere. */
export async function confirmBackup(api: Api, passphrase: string): Promise<string[]> {
  const { words } = await api.wallet.reveal({ passphrase })
  const { positions } = await api.wallet.challenge({})
  await api.wallet.confirmBackup({ words: positions.map((position) => words[position - 1]!) })
  return words
}
