import { useId, useState, type ComponentProps, type ReactNode } from 'react'
import styles from './field.module.css'

interface Frame {
  readonly label: string
  readonly hint?: ReactNode
  readonly error?: string | null | undefined
}

function useFrame({ label, hint, error }: Frame) {
  const id = useId()
  const described = hint || error ? `${id}-about` : undefined
  const frame = (control: ReactNode) => (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {control}
      {described && (
        <span id={described} className={error ? styles.error : styles.hint} role={error ? 'alert' : undefined}>
          {error ?? hint}
        </span>
      )}
    </div>
  )
  return {
    frame,
    props: { id, className: styles.input, 'aria-describedby': described, 'aria-invalid': error ? true : undefined },
  }
}

interface TextProps extends Frame, ComponentProps<'input'> {
  /** A button that fills it in. */
  readonly filler?: ReactNode
}

export function TextField({ label, hint, error, filler, ...rest }: TextProps) {
  const { frame, props } = useFrame({ label, hint, error })
  const input = <input {...props} {...rest} />
  return frame(
    filler ? (
      <span className={styles.filled}>
        {input}
        {filler}
      </span>
    ) : (
      input
    ),
  )
}

export function TextArea({ label, hint, error, ...rest }: Frame & ComponentProps<'textarea'>) {
  const { frame, props } = useFrame({ label, hint, error })
  return frame(<textarea {...props} {...rest} />)
}

export function SelectField({ label, hint, error, children, ...rest }: Frame & ComponentProps<'select'>) {
  const { frame, props } = useFrame({ label, hint, error })
  return frame(
    <select {...props} {...rest}>
      {children}
    </select>,
  )
}

export function CheckField({ label, hint, error, ...rest }: Frame & ComponentProps<'input'>) {
  const { frame, props } = useFrame({ label, hint, error })
  return frame(<input {...props} {...rest} type="checkbox" className={styles.check} />)
}

interface FileProps extends Frame, ComponentProps<'input'> {
  readonly choose: string
  /** What stands there while no file is chosen. */
  readonly none: string
}

/** The browser's own words beside a file are in its language, not in the window's: they lie under ours. */
export function FileField({ label, hint, error, choose, none, onChange, ...rest }: FileProps) {
  const { frame, props } = useFrame({ label, hint, error })
  const [names, setNames] = useState('')
  return frame(
    <span className={styles.file}>
      <input
        {...props}
        {...rest}
        type="file"
        className={styles.native}
        onChange={(event) => {
          setNames([...(event.target.files ?? [])].map(({ name }) => name).join(', '))
          event.target.form?.addEventListener('reset', () => setNames(''), { once: true })
          onChange?.(event)
        }}
      />
      <span className={styles.choose} aria-hidden>
        {choose}
      </span>
      <span className={styles.chosen} aria-hidden>
        {names || none}
      </span>
    </span>,
  )
}
