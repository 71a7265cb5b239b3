import { useState } from 'react'
import { Button } from './button.tsx'

const SHOWN_MS = 1_200

interface Props {
  readonly text: string
  readonly copyLabel: string
  readonly copiedLabel: string
}

export function CopyButton({ text, copyLabel, copiedLabel }: Props) {
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), SHOWN_MS)
  }
  return (
    <Button kind="link" onClick={() => void copy()}>
      {copied ? copiedLabel : copyLabel}
    </Button>
  )
}
