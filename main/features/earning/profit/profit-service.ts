import type { Earnings } from '../../../../common/api/earn.ts'
import type { Balance, ProfitView } from '../../../../common/api/profit.ts'
import { formatCoins, UNITS_PER_COIN } from '../../../../common/model/money.ts'
import { readFeed } from '../../../../common/model/profit/feed.ts'
import { dayFloorPrice, floorPrice, marketPrices, suggestPrice } from '../../../../common/model/profit/price.ts'
import { priceAt, type ProfitSettings } from '../../../../common/model/profit/tariff.ts'
import type { Clock } from '../../../core/clock.ts'
import type { ConfigStore } from '../../../core/config.ts'
import type { TelemetryFeed } from '../../machine/idle-policy/index.ts'
import { settledAs } from '../../../work/index.ts'
import type { MarketRepository } from '../../market/compute/index.ts'
import { wattsOf } from './energy-meter.ts'
import type { Energy, EnergyStore } from './energy-store.ts'

const DAY_MS = 86_400_000
const WEEK_SECONDS = 7 * 86_400

interface Ports {
  readonly config: ConfigStore
  readonly clock: Clock
  readonly store: EnergyStore
  readonly feed: TelemetryFeed
  readonly reads: MarketRepository
  readonly earnings: () => Earnings
  /** The machine's own number, whose offers are no market. */
  readonly machine: () => number | null
}

/** What earning leaves after the electricity. */
export class ProfitService {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /**
   * Units a second below which the electricity costs more than work earns at this moment; null where that is not known.
   */
  floor(): bigint | null {
    return floorPrice(this.#settings, this.#watts()?.value ?? null, this.#ports.clock.now())
  }

  /** The floor, where the owner's rule is never to work below it and the price is. */
  belowCost(): bigint | null {
    const floor = this.#settings.neverBelowCost ? this.floor() : null
    return floor !== null && BigInt(this.#ports.config.get().earn.price) < floor ? floor : null
  }

  view(): ProfitView {
    const { config, clock, store, reads } = this.#ports
    const settings = this.#settings
    const now = clock.now()
    const earnings = this.#ports.earnings()
    const balance = (earned: bigint, energy: Energy | null): Balance => balanceOf(settings, earned, energy)
    const own = this.#ports.machine()
    const offers = marketPrices(
      reads
        .openOffers()
        .filter(({ machine }) => machine.id !== own)
        .map(({ price }) => price),
    )
    const orders = marketPrices(reads.pricesPlacedSince(Math.floor(now / 1000) - WEEK_SECONDS))
    const watts = this.#watts()
    const { price, reasons } = suggestPrice(dayFloorPrice(settings, watts?.value ?? null, now), orders, offers)
    return {
      settings,
      priceNow: settings.tariff ? priceAt(settings.tariff, now) : null,
      watts,
      lifetime: balance(earnings.lifetime, store.since(0)),
      last24h: balance(earnings.last24h, store.since(now - DAY_MS)),
      last7d: balance(earnings.last7d, store.since(now - 7 * DAY_MS)),
      works: worksOf(earnings).map(({ kind, id, time, paid }) => ({
        kind,
        id,
        time,
        ...balance(paid, store.of(kind, id)),
      })),
      price: BigInt(config.get().earn.price),
      floor: this.floor(),
      offers,
      orders,
      suggestion: { price, reasons: [...reasons] },
    }
  }

  async change(settings: ProfitSettings): Promise<void> {
    await this.#ports.config.update({ profit: settings })
  }

  /** @throws HearthError BAD_INPUT; the tariff is then as before */
  async importFeed(text: string): Promise<{ prices: number; from: number; to: number }> {
    const feed = readFeed(text)
    const { tariff } = this.#settings
    const prices = feed.map(({ price }) => price).toSorted((a, b) => a - b)
    // Where there was no fallback, the dearest tenth of the feed is a careful one.
    const fallback = tariff?.kind === 'dynamic' ? tariff.fallback : prices[Math.floor(prices.length * 0.9)]!
    await this.change({ ...this.#settings, tariff: { kind: 'dynamic', fallback, feed } })
    return { prices: feed.length, from: feed[0]!.from, to: feed.at(-1)!.to }
  }

  csv(): string {
    const { currency } = this.#settings
    const heading = [
      'time',
      'kind',
      'number',
      'machine',
      'coins',
      'kWh',
      `electricity ${currency}`,
      'energy',
      'transaction',
    ].join(',')
    const lines = this.#ports.earnings().rows.map(({ kind, id, machine, time, paid, transaction }) => {
      const energy = drawsPower(kind) ? this.#ports.store.of(kind, id) : null
      return [
        new Date(time * 1000).toISOString(),
        kind,
        id,
        machine ?? '',
        formatCoins(paid),
        energy ? (energy.joules / 3.6e6).toFixed(6) : '',
        energy ? decimal(energy.cost) : '',
        energy ? (energy.measured ? 'measured' : 'estimated') : '',
        transaction,
      ].join(',')
    })
    return [heading, ...lines].map((line) => `${line}\n`).join('')
  }

  get #settings(): ProfitSettings {
    return this.#ports.config.get().profit
  }

  /**
   * What paid work drew in the last day, else what the machine would draw by its owner's figures, else what any paid
   * work drew, else the most that the sensors have told lately: an idle machine draws less than one at work.
   */
  #watts(): { value: number; measured: boolean } | null {
    const { store, clock, feed } = this.#ports
    const recent = averageOf(store.since(clock.now() - DAY_MS))
    if (recent) return recent
    const { assumedWatts, baseWatts } = this.#settings
    if (assumedWatts !== null) return { value: baseWatts + assumedWatts, measured: false }
    const ever = averageOf(store.since(0))
    if (ever) return ever
    const told = feed.history.flatMap((sample) => wattsOf(sample, this.#settings) ?? [])
    const most = told.toSorted((a, b) => b.watts - a.watts)[0]
    return most ? { value: most.watts, measured: most.measured } : null
  }
}

const averageOf = (energy: Energy | null): { value: number; measured: boolean } | null =>
  energy && energy.seconds > 0 ? { value: energy.joules / energy.seconds, measured: energy.measured } : null

function balanceOf({ tariff, coinValue }: ProfitSettings, earned: bigint, energy: Energy | null): Balance {
  const cost = energy && tariff ? energy.cost : null
  const worth = coinValue === null ? null : (earned * BigInt(coinValue) * 1000n) / UNITS_PER_COIN
  return {
    earned,
    joules: energy?.joules ?? null,
    cost,
    net: worth === null || cost === null ? null : worth - cost,
    measured: energy?.measured ?? true,
  }
}

/** Data is sold without work that anybody measures. */
const drawsPower = (paid: string): boolean => settledAs(paid) !== null

/** One row for each piece of work: a job is paid by milestones, its energy is recorded as a whole. */
function worksOf({ rows }: Earnings): { kind: string; id: number; time: number; paid: bigint }[] {
  const works = new Map<string, { kind: string; id: number; time: number; paid: bigint }>()
  for (const { kind, id, time, paid } of rows) {
    if (!drawsPower(kind)) continue
    const known = works.get(`${kind} ${id}`)
    works.set(`${kind} ${id}`, { kind, id, time: Math.max(time, known?.time ?? 0), paid: paid + (known?.paid ?? 0n) })
  }
  return [...works.values()].slice(0, 200)
}

/** Billionths as a decimal number. */
function decimal(nanos: bigint): string {
  const digits = (nanos < 0n ? -nanos : nanos).toString().padStart(10, '0')
  return `${nanos < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9, -3)}`
}
