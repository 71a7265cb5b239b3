import * as z from 'zod'
import type { ActionSpec, ContractModule } from '../chain/contract-module.ts'
import type { ContractRegistry } from '../chain/contract-registry.ts'
import { registry, type ContractModules } from '../chain/contracts.ts'

type Of<Kind, Shape> = z.output<z.ZodObject<{ kind: z.ZodLiteral<Kind & string> } & Shape>>
type Specs = Readonly<Record<string, ActionSpec>>
type Full<Actions> = {
  [Kind in keyof Actions]: Actions[Kind] extends ActionSpec<infer F> ? Of<Kind, F> : never
}[keyof Actions]
type Personal<Actions> = {
  [Kind in keyof Actions]: Actions[Kind] extends ActionSpec<infer F, infer P>
    ? P extends null
      ? never
      : Of<Kind, P extends true ? F : P>
    : never
}[keyof Actions]
type FullOf<M> = M extends ContractModule<string, infer Actions extends Specs> ? Full<Actions> : never
type PersonalOf<M> = M extends ContractModule<string, infer Actions extends Specs> ? Personal<Actions> : never

/** Everything that Hearth does on chain: the union of what the contracts declare. */
export type Action = FullOf<ContractModules[number]>
export type ActionKind = Action['kind']
/** What a person may ask for from the window or the command line; the rest only the host starts. */
export type PersonalAction = PersonalOf<ContractModules[number]>

const object = (kind: string, fields: z.core.$ZodLooseShape) => {
  const shape: z.core.$ZodLooseShape = { kind: z.literal(kind), ...fields }
  return z.strictObject(shape)
}
const union = (options: readonly ReturnType<typeof object>[]): z.ZodType => {
  const [first, ...others] = options
  if (!first) throw new Error('no contract declares an action')
  return z.discriminatedUnion('kind', [first, ...others])
}
/** What a registry's actions look like. */
export const actionSchema = (known: ContractRegistry): z.ZodType =>
  union([...known.actions()].map(([kind, { spec }]) => object(kind, spec.fields)))

/** What a person may ask for of them. */
export const personalActionSchema = (known: ContractRegistry): z.ZodType =>
  union(
    [...known.actions()].flatMap(
      ([
        kind,
        {
          spec: { fields, personal },
        },
      ]) => (personal === null ? [] : [object(kind, personal === true ? fields : personal)]),
    ),
  )

export const Action = actionSchema(registry) as z.ZodType<Action, Action>
export const PersonalAction = personalActionSchema(registry) as z.ZodType<PersonalAction, PersonalAction>
