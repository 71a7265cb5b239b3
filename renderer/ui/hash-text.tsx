import { useState } from 'react'
import { shortHash } from '../lib/format.ts'
import styles from './hash-text.module.css'

const SHOWN_MS = 1_200

/** A hash or an address, shortened in the middle; a click copies the whole. */
export function HashText({
  value,
  copyLabel,
  copiedLabel,
}: {
  readonly value: string
  readonly copyLabel: string
  readonly copiedLabel: string
}) {
  const [copied, setCopied] = useState(false)
  const copy = (): void => {
    void navigator.clipboard.writeText(value).then(() => {
      setCopied(true)
      setTimeout(() => setCopied(false), SHOWN_MS)
    })
  }
  return (
    <button type="button" className={styles.hash} title={`${copyLabel}: ${value}`} onClick={copy}>
      {copied ? copiedLabel : shortHash(value)}
    </button>
  )
}
