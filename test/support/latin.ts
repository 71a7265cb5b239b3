import type { Page } from 'playwright'
import type { LivedIn } from './lived-in.ts'

/** What has no Chinese. */
const allowed = new Set(
  [
    // Of programs, makers, formats and standards.
    'Hearth HTH ETH CPU GPU RAM WebGPU API URL HTTP MQTT JSON JSONL CSV Parquet GGUF LoRA PEFT IPFS CID SHA PDF ZIP',
    'NVIDIA AMD EPYC Intel Debian GNU Linux Steam OpenAI Hugging Face Home Assistant IBAN UTC hwmon rapl',
    'WhatsApp Telegram Discord Messenger Instagram ChatGPT Apache MIT English',
    // Of models, and fields of a network's description.
    'llama qwen gpt bert lora SmolLM Qwen Instruct Multilingual small Demo demo model name rpcUrl chainId contracts',
    'fromBlock confirmations witnesses',
    // Units.
    'kWh GOP TOP tok tokens ktok ktokens KiB MiB GiB int EUR',
  ].flatMap((line) => line.split(' ')),
)

/** Addresses, hashes and the names of files are in no language. */
const NO_LANGUAGE =
  /\b\w+…\w+\b|0x[\da-f]+|\S+@\S+|\/(?:ip4|ip6|dns\w*|home)\/\S+|https?:\/\/\S+|[\w./-]+\.\w{2,12}\b|\b\w+_\w+\b|\bbafy\w+|\b[\da-f]{6,}\b/gi
const WORD = /[A-Za-z]{3,}/g

/**
 * Texts that a page shows with Latin words in them, apart from code and from what people have written.
 * @param names what people and things are called
 */
export async function latinIn(page: Page, names: readonly string[] = []): Promise<string[]> {
  const texts = await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true
    const found: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement
      if (!parent || parent.closest('code, pre, textarea, [translate=no]') || !parent.checkVisibility()) continue
      const text = node.textContent?.trim()
      if (text) found.push(text)
    }
    for (const element of document.querySelectorAll('[aria-label], [placeholder]'))
      for (const name of ['aria-label', 'placeholder']) {
        const text = element.getAttribute(name)
        if (text) found.push(text)
      }
    return [...new Set(found)]
  })
  return texts.filter((text) =>
    (text.replace(NO_LANGUAGE, ' ').match(WORD) ?? []).some((word) => !allowed.has(word) && !names.includes(word)),
  )
}

const shared = [
  '/',
  '/earn',
  '/earn/rules',
  '/earn/energy',
  '/earn/machine',
  '/earn/history',
  '/market',
  '/train',
  '/data',
  '/data/browse',
  '/data/library',
  '/data/sharing',
  '/avatar',
  '/avatar/memory',
  '/avatar/topics',
  '/avatar/facts',
  '/avatar/sources',
  '/avatar/style',
  '/avatar/models',
  '/explorer',
  '/explorer/block/20',
  '/explorer/machine/1',
  '/explorer/offer/1',
  '/wallet',
  '/tasks',
  '/settings',
] as const

/** Every kind of page that a lived-in side has something on. */
export const pathsOf = (
  side: 'provider' | 'customer',
  { order, run, job, dataset, asset, chat, avatar, sale }: LivedIn,
): readonly string[] => [
  ...shared,
  `/market/${order}`,
  `/data/asset/${asset}`,
  `/explorer/order/${order}`,
  `/explorer/job/${job}`,
  `/explorer/sale/${sale}`,
  ...(side === 'provider'
    ? [`/data/set/${dataset}`]
    : [`/train/${run}`, `/data/purchase/${sale}`, `/avatar/chat/${chat}`, `/avatar/who/${avatar}`]),
]
