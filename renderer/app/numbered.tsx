import type { ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { Empty } from '../ui/state.tsx'

const NUMBER = /^-?\d{1,14}$/

/** The page of a thing that has a number, or words where the address names none. */
export const numbered = (Screen: ComponentType<{ readonly id: number }>): ComponentType =>
  function Numbered() {
    const { t } = useTranslation()
    const { id = '' } = useParams()
    return NUMBER.test(id) ? <Screen key={id} id={Number(id)} /> : <Empty>{t('layout.noNumber', { text: id })}</Empty>
  }
