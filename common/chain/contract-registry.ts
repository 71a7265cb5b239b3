import { Interface, type ParamType } from 'ethers'
import { HearthError } from '../errors/index.ts'
import {
  eventInputs,
  type ActionContext,
  type ActionSpec,
  type Addresses,
  type ContractModule,
  type EventHandler,
  type EventValue,
} from './contract-module.ts'

/** Stands for a contract to which a network's settings give no address. Nothing is read from there or sent there. */
export const NO_ADDRESS = `0x${'00'.repeat(20)}`

/** A decoded call to one of our contracts. Amounts are coin units and appear once, under `amount`. */
export interface CallDescription {
  readonly contract: string
  readonly verb: string
  /** Arguments by name, as decimal or hexadecimal text; those of structures as `structure.field`. */
  readonly arguments: Readonly<Record<string, string>>
  /** Coins that the call moves out of the caller's reach; null where the call itself does not say. */
  readonly amount: bigint | null
  /** Coins that the caller asks for something; null where the call names no price. */
  readonly price: bigint | null
}

/** An event as the index keeps it: arguments by name, as decimal or hexadecimal text. */
export interface KeptEvent {
  readonly name: string
  readonly args: Readonly<Record<string, string>>
  /** Accounts that the arguments name, in lower case. */
  readonly accounts: readonly string[]
}

/** The contracts that Hearth knows, and all that follows from knowing them. */
export class ContractRegistry<Name extends string = string> {
  readonly modules: readonly ContractModule<Name>[]
  readonly names: readonly Name[]
  readonly interfaces: Readonly<Record<Name, Interface>>
  readonly #byName: ReadonlyMap<string, ContractModule<Name>>
  readonly #actions = new Map<string, { readonly contract: Name; readonly spec: ActionSpec }>()
  /** Keyed `contract.selector`. */
  readonly #calls = new Map<string, { readonly kind: string; readonly spec: ActionSpec }>()

  /** @throws Error for a module that contradicts its ABI or another module */
  constructor(modules: readonly ContractModule<Name>[]) {
    this.modules = modules
    this.names = modules.map(({ name }) => name)
    this.#byName = new Map(modules.map((module) => [module.name, module]))
    if (this.#byName.size < modules.length) throw new Error('two contracts have the same name')
    this.interfaces = Object.fromEntries(
      modules.map(({ name, abi }) => [name, new Interface(JSON.stringify(abi))]),
    ) as Record<Name, Interface>
    modules.forEach((module, i) => this.#add(module, this.names.slice(0, i)))
  }

  #add(
    { name, abi, actions, events, tables, constructorArguments }: ContractModule<Name>,
    before: readonly Name[],
  ): void {
    for (const argument of constructorArguments)
      if (!before.some((other) => other === argument))
        throw new Error(`${name} is constructed with ${argument}, which is not deployed before it`)
    for (const table of tables)
      if (this.modules.some((other) => other.name !== name && other.tables.includes(table)))
        throw new Error(`the table ${table} belongs to two contracts`)
    for (const [kind, spec] of Object.entries(actions)) {
      if (this.#actions.has(kind)) throw new Error(`two contracts have an action ${kind}`)
      this.#actions.set(kind, { contract: name, spec })
      for (const verb of spec.verbs) {
        const selector = this.interfaces[name].getFunction(verb)?.selector
        if (!selector) throw new Error(`${name} has no function ${verb}`)
        if (this.#calls.has(`${name}.${selector}`)) throw new Error(`two actions call ${name}.${verb}`)
        this.#calls.set(`${name}.${selector}`, { kind, spec })
      }
    }
    for (const event of Object.keys(events))
      for (const { type } of eventInputs(abi, event))
        if (/\[|^tuple/.test(type)) throw new Error(`${name}.${event}: the index cannot keep a ${type}`)
  }

  module(name: string): ContractModule<Name> | undefined {
    return this.#byName.get(name)
  }

  /** Which of our contracts an address is, if any. */
  at(contracts: Addresses, address: string | null): Name | null {
    const wanted = address?.toLowerCase()
    if (wanted === NO_ADDRESS) return null
    return this.names.find((name) => contracts[name]?.toLowerCase() === wanted) ?? null
  }

  /** @throws HearthError BAD_INPUT for a kind that no contract has */
  action(kind: string): { readonly contract: Name; readonly spec: ActionSpec } {
    const action = this.#actions.get(kind)
    if (!action) throw new HearthError('BAD_INPUT', `there is no action "${kind}"`)
    return action
  }

  actions(): IterableIterator<readonly [kind: string, action: { readonly contract: Name; readonly spec: ActionSpec }]> {
    return this.#actions.entries()
  }

  /** The call that carries an action out. */
  async encode(
    action: { readonly kind: string },
    context: ActionContext,
  ): Promise<{ readonly to: string; readonly data: string }> {
    const { contract, spec } = this.action(action.kind)
    const to = context.contracts[contract]
    if (to === undefined || to === NO_ADDRESS)
      throw new HearthError('NO_CONTRACTS', `this network has no contract "${contract}"`)
    const [verb, ...args] = await spec.encode({ ...action }, context)
    return { to, data: this.interfaces[contract].encodeFunctionData(String(verb), args) }
  }

  /** Decodes the call data of a transaction to one of our contracts; null for anything else, however it looks. */
  describe(contracts: Addresses, to: string | null, data: string): CallDescription | null {
    return this.#decode(contracts, to, data)?.description ?? null
  }

  /** The action whose call this is; null for a call that no action makes. */
  actionOf(contracts: Addresses, to: string | null, data: string): string | null {
    return this.#decode(contracts, to, data)?.kind ?? null
  }

  /** What the vault may sign: a call that an action declares, in the one spelling that its arguments have. */
  signable(
    contracts: Addresses,
    to: string,
    data: string,
  ): { verb: string; needsBackup: boolean; personal: boolean } | null {
    const call = this.#decode(contracts, to, data)
    if (!call?.spec || call.canonical !== data.toLowerCase()) return null
    return { verb: call.description.verb, needsBackup: call.spec.needsBackup, personal: call.spec.personal !== null }
  }

  #decode(contracts: Addresses, to: string | null, data: string) {
    const contract = this.at(contracts, to)
    if (!contract) return null
    try {
      const call = this.interfaces[contract].parseTransaction({ data })
      if (!call) return null
      const named = call.fragment.inputs.map((input, i): [string, unknown] => [input.name, call.args[i]])
      const { kind = null, spec } = this.#calls.get(`${contract}.${call.selector}`) ?? {}
      const description: CallDescription = {
        contract,
        verb: call.name,
        arguments: Object.fromEntries(call.fragment.inputs.flatMap((input, i) => textsOf(input, call.args[i]))),
        amount: spec?.amount?.(Object.fromEntries(named)) ?? null,
        price: spec?.price?.(Object.fromEntries(named)) ?? null,
      }
      return {
        description,
        kind,
        spec,
        canonical: this.interfaces[contract].encodeFunctionData(call.fragment, call.args),
      }
    } catch {
      return null
    }
  }

  /** Reads a log of one of our contracts; null for an event that its ABI does not have. */
  readLog(contract: string, log: { readonly topics: readonly string[]; readonly data: string }): KeptEvent | null {
    const known = this.module(contract)
    const parsed = known ? this.interfaces[known.name].parseLog(log) : null
    if (!parsed) return null
    const values = parsed.fragment.inputs.map(({ name, type }, i) => ({ name, type, text: String(parsed.args[i]) }))
    return {
      name: parsed.name,
      args: Object.fromEntries(values.map(({ name, text }) => [name, text])),
      accounts: values.filter(({ type }) => type === 'address').map(({ text }) => text.toLowerCase()),
    }
  }

  /** Gives the arguments of a kept event their types again. @throws HearthError DATABASE_CORRUPT */
  typedArguments(contract: string, { name, args }: Pick<KeptEvent, 'name' | 'args'>): Record<string, EventValue> {
    const { abi } = this.module(contract) ?? {}
    if (!abi) throw new HearthError('DATABASE_CORRUPT', `the index has an event of "${contract}", which is no contract`)
    return Object.fromEntries(
      eventInputs(abi, name).map(({ name: argument = '', type }) => {
        const text = args[argument]
        if (text === undefined)
          throw new HearthError('DATABASE_CORRUPT', `the index keeps ${contract}.${name} without "${argument}"`)
        return [argument, valueOf(type, text)]
      }),
    )
  }

  /** What is done with an event. @throws HearthError DATABASE_CORRUPT for one that the contract does not have */
  handlerOf(contract: string, event: string): EventHandler | 'ignored' {
    const handler = this.module(contract)?.events[event]
    if (!handler) throw new HearthError('DATABASE_CORRUPT', `the index has ${contract}.${event}, which is no event`)
    return handler
  }

  /** Topics of events that modules name under a purpose of their clock. */
  clockTopics(purpose: 'begin' | 'end' | 'draw'): string[] {
    return this.modules.flatMap(({ name, clock }) =>
      clock[purpose].map((event) => {
        const fragment = this.interfaces[name].getEvent(event)
        if (!fragment) throw new Error(`${name} has no event ${event}`)
        return fragment.topicHash
      }),
    )
  }
}

function valueOf(type: string, text: string): EventValue {
  if (/^u?int/.test(type)) return BigInt(text)
  if (type === 'bool') return text === 'true'
  return type === 'address' ? text.toLowerCase() : text
}

function textsOf({ name, components }: ParamType, value: unknown, within = ''): (readonly [string, string])[] {
  const path = within + name
  return components
    ? components.flatMap((part, i) => textsOf(part, (value as readonly unknown[])[i], `${path}.`))
    : [[path, String(value)]]
}
