import type {
  Abi,
  AbiEvent,
  AbiParameter,
  AbiParametersToPrimitiveTypes,
  AbiParameterToPrimitiveType,
  ExtractAbiEvent,
  ExtractAbiEventNames,
  ExtractAbiFunction,
  ExtractAbiFunctionNames,
} from 'abitype'
import type * as z from 'zod'
import { HearthError } from '../errors/index.ts'
import type { HeldFor } from '../model/held.ts'

// As ethers decodes: every integer is a bigint, addresses and bytes are hexadecimal text.
declare module 'abitype' {
  interface Register {
    addressType: string
    bytesType: { inputs: string; outputs: string }
    intType: bigint
  }
}

/** Where contracts lie, by their names in the registry. */
export type Addresses = Readonly<Record<string, string>>

type Verb<A extends Abi> = ExtractAbiFunctionNames<A, 'nonpayable'>
type View<A extends Abi> = ExtractAbiFunctionNames<A, 'view' | 'pure'>
type Inputs<A extends Abi, V extends string> = ExtractAbiFunction<A, V>['inputs']
type Named<P extends AbiParameter> = {
  readonly [Input in P as Input['name'] & string]: AbiParameterToPrimitiveType<Input>
}
type Loose<T> = T extends bigint ? bigint | number : T extends object ? { readonly [K in keyof T]: Loose<T[K]> } : T

type Args<A extends Abi, V extends string> = Extract<
  Loose<AbiParametersToPrimitiveTypes<Inputs<A, V>>>,
  readonly unknown[]
>

/** A call as an action gives it: the function's name and its arguments in order. */
type Call<A extends Abi, V extends Verb<A>> = {
  [N in V]: readonly [verb: N, ...Args<A, N>]
}[V]
/** The same of any contract: the function's name comes first. */
type AnyCall = readonly unknown[]

/** What opens a delivery of data, and what its version has published of its keys. */
interface Opening {
  readonly secret: bigint
  readonly pointX: string
  readonly pointV: number
  readonly wrapped: string
  readonly keyCommit: string
  readonly salt: string
  readonly segments: string
}

/** A segment's leaf with its Merkle path; bit k of `lefts` is set where the k-th neighbour stands on the left. */
interface CommittedSegment {
  readonly number: number
  readonly commit: string
  readonly wrapped: string
  readonly lefts: number
  readonly path: readonly string[]
}

/** What a buyer shows the data market to be refunded: a wrong key, or a segment that the key does not open. */
export type Complaint =
  | { readonly verb: 'complain'; readonly opening: Opening }
  | { readonly verb: 'complainSegment'; readonly opening: Opening; readonly segment: CommittedSegment }

/** What an action may ask for while it is encoded. */
export interface ActionContext {
  readonly contracts: Addresses
  /** Seconds, as the newest block says. */
  readonly chainTime: number
  readonly account: () => string
  /** Calls a view on the chain. */
  readonly read: (to: string, data: string) => Promise<string>
  /** Signs that the ledger may take coins once. */
  readonly permit: (permit: { amount: bigint; nonce: bigint; deadline: number }) => Promise<string>
  /** @throws HearthError NOT_FOUND */
  readonly complaint: (sale: number) => Promise<Complaint>
}

type Shape = z.core.$ZodLooseShape

/** One thing that Hearth does on a contract. Its key in the module is the `kind` that is stored and sent. */
export interface ActionSpec<F extends Shape = Shape, P extends Shape | true | null = Shape | true | null> {
  readonly fields: F
  /** What a person may ask for: `true` for the same fields, null where only the host starts it. */
  readonly personal: P
  /** The functions that it calls; the vault signs these and no others. */
  readonly verbs: readonly string[]
  /** Whether the recovery words must be written down before it is signed. */
  readonly needsBackup: boolean
  /** Coins that the call takes out of the caller's reach; absent where the call itself does not say. */
  amount?(args: Readonly<Record<string, unknown>>): bigint
  /** Coins that the caller asks for something; absent where the call names no price. */
  price?(args: Readonly<Record<string, unknown>>): bigint
  /** A view without arguments that says what the call holds of the caller's coins. */
  readonly stake?: string
  /** Coins that the call holds of the caller's, where neither it nor a constant says so and the chain must be asked. */
  holds?(action: Readonly<Record<string, unknown>>, context: ActionContext): Promise<bigint>
  encode(action: Readonly<Record<string, unknown>>, context: ActionContext): AnyCall | Promise<AnyCall>
}

interface TypedAction<A extends Abi, V extends Verb<A>, F extends Shape, P extends Shape | true | null> extends Omit<
  ActionSpec<F, P>,
  'verbs' | 'amount' | 'price' | 'encode' | 'holds' | 'stake'
> {
  readonly verbs: readonly V[]
  readonly amount?: (args: Named<Inputs<A, V>[number]>) => bigint
  readonly price?: (args: Named<Inputs<A, V>[number]>) => bigint
  readonly stake?: View<A>
  readonly holds?: (action: z.output<z.ZodObject<F>>, context: ActionContext) => Promise<bigint>
  readonly encode: (action: z.output<z.ZodObject<F>>, context: ActionContext) => Call<A, V> | Promise<Call<A, V>>
}

/** Declares actions of one contract, with arguments typed by its ABI. */
export const actionsOf =
  <const A extends Abi>() =>
  <V extends Verb<A>, F extends Shape, P extends Shape | true | null>(
    action: TypedAction<A, V, F, P>,
  ): ActionSpec<F, P> =>
    action as ActionSpec<F, P>

export type EventValue = bigint | string | boolean

/** What a handler does to its contract's tables. */
export interface Rows {
  insert(table: string, fields: Fields): void
  change(table: string, fields: Fields, where: Fields): void
  /** Notes the event's transaction with a row. */
  trail(table: string, id: number): void
  get<Row>(sql: string, ...values: readonly SqlValue[]): Row | undefined
  run(sql: string, ...values: readonly SqlValue[]): void
}
export type SqlValue = string | number | null
export type Fields = Readonly<Record<string, SqlValue>>

/** An event of a contract. Addresses are in lower case, every integer is a bigint. */
export interface ChainEvent<Args = Readonly<Record<string, EventValue>>> {
  readonly args: Args
  readonly transactionHash: string
  /** Chain time of the block, seconds. */
  readonly time: number
  /** Where the contracts lie, in lower case. */
  readonly contracts: Addresses
}
/** A method, so that a handler of one event's arguments can stand among the handlers of any. */
export type EventHandler = { handle(event: ChainEvent, rows: Rows): void }['handle']

/** Every event of the ABI stands here: with its handler, or as one that concerns no table. */
export type EventHandlers<A extends Abi> = {
  readonly [Name in ExtractAbiEventNames<A>]:
    | ((event: ChainEvent<Named<ExtractAbiEvent<A, Name>['inputs'][number]>>, rows: Rows) => void)
    | 'ignored'
}

export interface Mutants {
  /** Files under contracts/ that faults are put into. */
  readonly sources: readonly string[]
  /** Files under contracts/test/ that must notice them. */
  readonly tests: readonly string[]
}

/** Everything that Hearth knows of one contract. */
export interface ContractModule<
  Name extends string = string,
  Actions extends Readonly<Record<string, ActionSpec>> = Readonly<Record<string, ActionSpec>>,
> {
  readonly name: Name
  /** Name of the Solidity contract and of its file in resources/contracts. */
  readonly artefact: string
  readonly abi: Abi
  readonly actions: Actions
  readonly events: Readonly<Record<string, EventHandler | 'ignored'>>
  /** Tables that the handlers write. They hold nothing but what the events say, so they can be made anew from them. */
  readonly tables: readonly string[]
  /** Numbered by position, append only. */
  readonly migrations: readonly string[]
  /** Contracts before it in the registry whose addresses its constructor takes, in order. */
  readonly constructorArguments: readonly string[]
  /** Whether the ledger lets it hold coins. */
  readonly holdsCoins: boolean
  /** What its buckets in the ledger are for: those whose id is a plain number, and those with its highest bits set. */
  readonly buckets?: { readonly plain: HeldFor; readonly bit255?: HeldFor; readonly bit254?: HeldFor }
  /** Events between which chain time must go on, and events that need the next two blocks. */
  readonly clock: {
    readonly begin: readonly string[]
    readonly end: readonly string[]
    readonly draw: readonly string[]
  }
  /** Most gas that a call may take, held by `npm run gas`. */
  readonly gas: Readonly<Record<string, number>>
  readonly mutants: Mutants
}

/** Describes a contract; names of functions and events that the ABI lacks do not compile. */
export function defineContract<
  const Name extends string,
  const A extends Abi,
  Actions extends Readonly<Record<string, ActionSpec>>,
>(
  module: Omit<ContractModule<Name, Actions>, 'abi' | 'events' | 'clock' | 'gas'> & {
    readonly abi: A
    readonly events: EventHandlers<A>
    readonly clock?: Partial<Record<'begin' | 'end' | 'draw', readonly ExtractAbiEventNames<A>[]>>
    readonly gas: Readonly<Partial<Record<Verb<A>, number>>>
  },
): ContractModule<Name, Actions> {
  return {
    ...module,
    events: module.events as ContractModule['events'],
    gas: module.gas as ContractModule['gas'],
    clock: { begin: [], end: [], draw: [], ...module.clock },
  }
}

/** The parameters of an event in the ABI. @throws Error where there is none, or where one has no name */
export function eventInputs(abi: Abi, name: string): AbiEvent['inputs'] {
  const event = abi.find((entry) => entry.type === 'event' && entry.name === name)
  if (event?.type !== 'event') throw new Error(`the ABI has no event ${name}`)
  return event.inputs
}

/** The name of a state of a contract's enum, whose first value means "none". @throws HearthError CHAIN_LIES */
export function stateOf<State extends string>(states: readonly State[], value: bigint): State {
  const state = states[Number(value) - 1]
  if (state === undefined) throw new HearthError('CHAIN_LIES', `${value} is none of the states ${states.join(', ')}`)
  return state
}

/** Changes a row by its number and notes the event with it. */
export function changeAndNote(rows: Rows, table: string, id: bigint, fields: Fields): void {
  rows.trail(table, Number(id))
  rows.change(table, fields, { id: Number(id) })
}

/** What an event builds on. @throws HearthError CHAIN_LIES where it was never said */
export function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new HearthError('CHAIN_LIES', `an event names ${what}, which there is not`)
  return value
}
