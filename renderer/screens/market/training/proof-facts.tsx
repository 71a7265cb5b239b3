import { useTranslation } from 'react-i18next'
import type { ProofFacts } from '../../../../common/model/proof.ts'
import { Facts } from '../../../ui/layout.tsx'
import { HashText } from '../../../ui/hash-text.tsx'

interface Props {
  readonly facts: ProofFacts
  readonly base: boolean
  readonly run: { readonly name: string } | null
}

/** What a proof says of itself, and what of it is here to hold it to. */
export function ProofFactsPart({ facts, base, run }: Props) {
  const { t } = useTranslation()
  const { recipe, recipeHash, step, checkpoints, root, segments, processor } = facts
  const hash = (value: string) => (
    <HashText value={value} copyLabel={t('common.copy')} copiedLabel={t('common.copied')} />
  )
  return (
    <Facts
      items={[
        [
          t('train.base'),
          <span key="base">
            <span translate="no">{recipe.base.name}</span> · {t(base ? 'proof.here' : 'proof.notHere')}
          </span>,
        ],
        [t('train.method'), t(`train.methods.${recipe.base.format === 'nf4' ? 'qlora' : recipe.method.kind}`)],
        [t('train.steps'), t('proof.steps', { step, of: recipe.steps, checkpoints })],
        [t('proof.segments'), segments.map((segment) => segment + 1).join(', ')],
        [
          t('proof.data'),
          run ? (
            <span key="data">
              {t('proof.dataOf')} <span translate="no">{run.name}</span>
            </span>
          ) : (
            t('proof.notHere')
          ),
        ],
        [t('proof.processor'), processor],
        [t('proof.recipe'), hash(recipeHash)],
        [t('proof.root'), hash(root)],
      ]}
    />
  )
}
