import { useEffect, useRef, useState, type ButtonHTMLAttributes, type FocusEvent, type MouseEvent } from 'react'
import styles from './button.module.css'

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'primary' | 'secondary' | 'danger' | 'link'
}

/**
 * A button that is disabled while it has the focus, as one is by being pressed, can keep it and does nothing: the
 * browser would drop the focus to the page, a dialog could not give it back, and who uses the keyboard would begin
 * again at the top.
 */
export function Button({
  kind = 'secondary',
  className,
  type = 'button',
  disabled = false,
  onClick,
  onFocus,
  onBlur,
  ...rest
}: Props) {
  const button = useRef<HTMLButtonElement>(null)
  const [focused, setFocused] = useState(false)
  const held = disabled && focused
  useEffect(() => {
    if (!disabled) setFocused(document.activeElement === button.current)
  }, [disabled])
  const press = (event: MouseEvent<HTMLButtonElement>): void => {
    if (held) event.preventDefault()
    else onClick?.(event)
  }
  const enter = (event: FocusEvent<HTMLButtonElement>): void => {
    setFocused(true)
    onFocus?.(event)
  }
  const leave = (event: FocusEvent<HTMLButtonElement>): void => {
    // To the dialog that it has opened, perhaps.
    if (!held) setFocused(false)
    onBlur?.(event)
  }
  return (
    <button
      ref={button}
      type={type}
      className={`${styles.button} ${styles[kind]} ${className ?? ''}`}
      disabled={disabled && !focused}
      aria-disabled={held || undefined}
      onClick={press}
      onFocus={enter}
      onBlur={leave}
      {...rest}
    />
  )
}
