import type { ButtonHTMLAttributes } from 'react'
import styles from './button.module.css'

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'primary' | 'secondary' | 'danger' | 'link'
}

export const Button = ({ kind = 'secondary', className, type = 'button', ...rest }: Props) => (
  <button type={type} className={`${styles.button} ${styles[kind]} ${className ?? ''}`} {...rest} />
)
