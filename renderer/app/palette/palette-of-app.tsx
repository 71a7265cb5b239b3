import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useApiMutation } from '../../state/mutation.ts'
import { Palette } from '../../ui/palette.tsx'
import { Problem } from '../../ui/state.tsx'
import { matching, type Choice } from './entries.ts'
import { useActions } from './use-actions.ts'
import { usePlaces } from './use-places.ts'

/** Every place and the things that are done most, by the keyboard alone. */
export default function PaletteOfApp({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const places = usePlaces(text)
  const actions = useActions()
  const choose = useApiMutation(async ({ run }: Choice) => {
    await run()
    onClose()
  })
  const going = places.map(({ to, ...entry }): Choice => ({ ...entry, run: () => navigate(to) }))
  return (
    <Palette
      title={t('palette.title')}
      hint={t('palette.hint')}
      none={t('palette.none')}
      entries={[...going.filter(({ id }) => id === 'chain'), ...matching([...going, ...actions], text)].filter(
        ({ id }, i, all) => all.findIndex((entry) => entry.id === id) === i,
      )}
      text={text}
      onText={setText}
      onChoose={(entry) => choose.mutate(entry)}
      onClose={onClose}
      problem={choose.errorText && <Problem>{choose.errorText}</Problem>}
    />
  )
}
