import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useApiMutation } from '../../state/mutation.ts'
import { Palette } from '../../ui/palette.tsx'
import { Problem } from '../../ui/state.tsx'
import { matching, type Choice } from './entries.ts'
import { useActions } from './use-actions.ts'
import { useFound, usePlaces, type PlaceEntry } from './use-places.ts'

/** Every place and the things that are done most, by the keyboard alone. */
export default function PaletteOfApp({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [found, places, actions] = [useFound(text), usePlaces(), useActions()]
  const choose = useApiMutation(async ({ run }: Choice) => {
    await run()
    onClose()
  })
  const goingTo = ({ to, ...entry }: PlaceEntry): Choice => ({ ...entry, run: () => navigate(to) })
  return (
    <Palette
      title={t('palette.title')}
      hint={t('palette.hint')}
      none={t('palette.none')}
      entries={[...found.map(goingTo), ...matching([...places.map(goingTo), ...actions], text)]}
      text={text}
      onText={setText}
      onChoose={(entry) => choose.mutate(entry)}
      onClose={onClose}
      problem={choose.errorText && <Problem>{choose.errorText}</Problem>}
    />
  )
}
