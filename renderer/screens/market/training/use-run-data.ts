import { useRef, useState } from 'react'
import { handOver, type BoughtFile } from '../../../state/bought.ts'
import { upload } from '../../../state/upload.ts'

interface Handed {
  readonly key: string
  readonly uploads: Promise<string[]>
}

/** What a new run learns from, handed to the host once: whoever looks at it and goes on sends nothing twice. */
export function useRunData(bought: BoughtFile | null) {
  const [share, setShare] = useState<number | null>(null)
  const handed = useRef<Handed>(null)
  const send = async (files: readonly File[]): Promise<string[]> => {
    if (bought) return [await handOver(bought, 'train')]
    const uploads: string[] = []
    for (const file of files) uploads.push(await upload([file], setShare).finally(() => setShare(null)))
    return uploads
  }
  return {
    share,
    keyOf: (files: readonly File[]): string =>
      JSON.stringify(bought ?? files.map(({ name, size, lastModified }) => [name, size, lastModified])),
    /** The uploads of what was chosen; those of before where it is the same. */
    async take(files: readonly File[]): Promise<string[]> {
      const key = this.keyOf(files)
      if (handed.current?.key !== key) handed.current = { key, uploads: send(files) }
      const { uploads } = handed.current
      return uploads.catch((error: unknown) => {
        handed.current = null
        throw error
      })
    },
    /** What was handed over belongs to a run, or is gone: the next takes it anew. */
    forget: (): void => void (handed.current = null),
  }
}
