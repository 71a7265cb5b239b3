import { useTranslation } from 'react-i18next'
import { formatCoins } from '../../common/model/money.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'

type Input = Omit<React.ComponentProps<typeof TextField>, 'filler' | 'inputMode'>

interface Props extends Input {
  /** All that it can be; null where that is not known. */
  readonly most: bigint | null
  readonly onMost: (text: string) => void
}

/** An amount of coins that a balance limits, with a button for all of it. */
export function AmountField({ most, onMost, ...field }: Props) {
  const { t } = useTranslation()
  return (
    <TextField
      inputMode="decimal"
      {...field}
      filler={
        <Button disabled={most === null || most === 0n} onClick={() => most !== null && onMost(formatCoins(most))}>
          {t('common.max')}
        </Button>
      }
    />
  )
}
