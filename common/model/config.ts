import * as z from 'zod'
import { roles } from './roles.ts'
import { NodeReach } from '../children/storage.ts'
import { NamedAddresses } from '../chain/contracts.ts'
import { ListenAddress, NodeAddress } from './node-address.ts'
import { Hash } from './values.ts'
import { DEFAULT_FEE_CAP } from './trusted-network.ts'
import { IdlePolicy, defaultIdlePolicy } from './idle-policy/rules.ts'
import { Schedule } from './idle-policy/schedule.ts'
import { HooksConfig, noHooks } from './hooks.ts'
import { defaultProfit, ProfitSettings } from './profit/tariff.ts'

/** How this data folder reaches a chain. `practice` runs one on this machine, or joins one that runs here already. */
export const NetworkConfig = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('practice'), rpcUrl: z.url({ protocol: /^https?$/ }).nullable() }),
  z.strictObject({
    kind: z.literal('custom'),
    name: z.string().min(1).max(40),
    rpcUrl: z.url({ protocol: /^https?$/ }),
    chainId: z.int().positive(),
    contracts: NamedAddresses,
    fromBlock: z.int().nonnegative(),
    confirmations: z.int().min(1).max(64),
    /** Other endpoints of the same chain, whose word the first one's is compared with. */
    witnesses: z
      .array(z.url({ protocol: /^https?$/ }))
      .max(4)
      .default([]),
    /** The highest fee of a transaction that nobody confirms, in wei, as decimal text. */
    feeCap: z
      .string()
      .regex(/^\d{1,29}$/)
      .default(String(DEFAULT_FEE_CAP)),
  }),
])
export type NetworkConfig = z.infer<typeof NetworkConfig>

export const Config = z.strictObject({
  network: NetworkConfig.default({ kind: 'practice', rpcUrl: null }),
  peer: z
    .strictObject({
      listen: z.array(ListenAddress).max(8),
      /** Off by default: it speaks to the local network. */
      mdns: z.boolean(),
      bootstrap: z.array(NodeAddress).max(32),
      relays: z.array(NodeAddress).max(8),
    })
    .default({ listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, bootstrap: [], relays: [] }),
  /** The data node. It starts with the first dataset that is sold or bought. */
  storage: z
    .strictObject({
      ...NodeReach.shape,
      /** Bytes a second that others are given at most. */
      rateCap: z.int().min(1024).nullable(),
      /** Bytes of blocks that are kept at most. */
      diskCap: z
        .int()
        .min(2 ** 20)
        .nullable(),
      /** What a seller calls itself on the chain; null stays nameless. */
      sellerName: z.string().trim().min(1).max(60).nullable(),
      /** When others are given something; null: at any hour. */
      schedule: Schedule.nullable().default(null),
      /** Whether others are given something while the line is metered. */
      onMetered: z.boolean().default(false),
      /** Nobody is given anything. */
      paused: z.boolean(),
    })
    .default({
      listen: ['/ip4/127.0.0.1/tcp/0'],
      mdns: false,
      bootstrap: [],
      relays: [],
      relay: false,
      publicNetwork: false,
      router: null,
      rateCap: null,
      diskCap: null,
      sellerName: null,
      schedule: null,
      onMetered: false,
      paused: false,
    }),
  wallet: z.strictObject({ autoLockMinutes: z.int().min(1).max(1440).nullable() }).default({ autoLockMinutes: 240 }),
  earn: z
    .strictObject({
      /** Units of the coin a second, as decimal text. */
      price: z.string().regex(/^\d{1,29}$/),
      maxSeconds: z
        .int()
        .min(60)
        .max(30 * 86_400),
      backend: z.enum(['cpu', 'webgpu']),
      /** Null: all physical cores but one. */
      threads: z.int().min(1).max(256).nullable(),
      /** Whether training jobs are taken; each has the owner's free coins as stake. */
      training: z.boolean().default(true),
    })
    .default({ price: '1000000000000000', maxSeconds: 3600, backend: 'cpu', threads: null, training: true }),
  comfort: IdlePolicy.default(defaultIdlePolicy),
  profit: ProfitSettings.default(defaultProfit),
  hooks: HooksConfig.default(noHooks),
  /** How avatars speak. */
  avatar: z
    .strictObject({
      /** The id of the model for those that have none of their own; null: the one that came with Hearth. */
      model: z.string().max(200).nullable(),
      /** Whether a graphics card is used where there is one. */
      gpu: z.boolean(),
      /** Where the catalogue's models are looked up: the Hugging Face hub or a mirror of it. */
      hub: z
        .url({ protocol: /^https?$/ })
        .max(200)
        .default('https://huggingface.co'),
      /** Tokens; null: what the model and the memory allow. */
      contextSize: z.int().min(256).max(131_072).nullable(),
      maxTokens: z.int().min(16).max(8192),
      temperature: z.number().min(0).max(2),
      topP: z.number().gt(0).max(1),
    })
    .default({
      model: null,
      gpu: true,
      hub: 'https://huggingface.co',
      contextSize: null,
      maxTokens: 512,
      temperature: 0.3,
      topP: 0.9,
    }),
  /** OpenAI's API for other programs of this machine. */
  localApi: z
    .strictObject({ enabled: z.boolean(), port: z.int().min(1024).max(65_535) })
    .default({ enabled: false, port: 11_435 }),
  buy: z
    .strictObject({ receiptEverySeconds: z.int().min(1).max(3600), sampledShare: z.number().gt(0).max(1) })
    .default({ receiptEverySeconds: 5, sampledShare: 0.01 }),
  /** Machines that the person marked, by their peers' keys: numbers are another machine's on another chain. */
  favourites: z.array(Hash).max(200).default([]),
  /** Whether somebody to trade with plays on the practice network. */
  partner: z.boolean().default(false),
  language: z.enum(['en', 'zh-CN']).nullable().default(null),
  /** Whether the desktop app looks for new versions of itself, where its package names a feed. */
  updates: z.boolean().default(true),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  onboarded: z.boolean().default(false),
  role: z.enum(roles).nullable().default(null),
})
export type Config = z.infer<typeof Config>

type Changeable<S> = {
  [K in keyof S as K extends 'hooks' ? never : K]: S[K] extends z.ZodDefault<infer T extends z.ZodType>
    ? z.ZodOptional<T>
    : never
}

/**
 * What may be changed at a time; hooks have calls of their own. Without defaults: those would set back whatever a
 * change does not name.
 */
export const ConfigChange = z.strictObject(
  Object.fromEntries(
    Object.entries(Config.shape).flatMap(([key, schema]) =>
      key === 'hooks' ? [] : [[key, schema.removeDefault().optional()]],
    ),
  ) as Changeable<typeof Config.shape>,
)
