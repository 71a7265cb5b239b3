import { describe, expect, test } from 'vitest'
import { redact, redactText } from './redact.ts'

const SECRETS = ['hunter2', '0123456789abcdef', 'Sesame-77', 'k3yk3yk3yk3yk3yk3yk3yk3y']
const [password, hexKey, word, label] = SECRETS

/** Each hides one of the secrets where a URL may have it. */
const urls = [
  `https://mainnet.infura.io/v3/${hexKey}`,
  `https://rpc.example/?apikey=${hexKey}`,
  `https://rpc.example/#${hexKey}`,
  `https://rpc.example/a/b/${word}/c`,
  `https://rpc.example:8545/${word}`,
  `wss://${label}.rpc.example/`,
  `mqtt://home:${password}@10.0.0.2`,
  `mqtts://home:${password}@[fd00::2]:8883/topic`,
  `mqtt://home:x/${password}@10.0.0.2`,
  `mqtt://home:x@${password}@10.0.0.2`,
  `mqtt://home:x'${password}@10.0.0.2`,
  `mqtt://home:x"${password}@10.0.0.2`,
  `HTTPS://${password}@rpc.example`,
  `https://rpc.example/key@${password}`,
  `https://rpc.example\\${password}`,
  `https://${password}:@rpc.example/x y`,
]
const withoutSecrets = (text: string): void => {
  for (const secret of SECRETS) expect(text).not.toContain(secret)
}

describe('logs and diagnostics', () => {
  test.each(urls)('show at most the host of %s, whatever the field is called', (url) => {
    withoutSecrets(JSON.stringify(redact({ network: { anything: url }, list: [url], [url]: 1 })))
    withoutSecrets(JSON.stringify(redact(new Error('failed', { cause: new Error(url) }))))
  })

  test.each(urls)('show at most the host of %s in a sentence', (url) => {
    withoutSecrets(redactText(`the chain at ${url} does not answer (${url}), '${url}', ${url}.`))
    withoutSecrets(redactText(`{"url":"${url}","next":1}`))
  })

  test('hide what a cut-off text no longer shows to be a password', () => {
    for (const kept of [8, 9, 10, 12, 20, 25]) {
      const url = `mqtt://home:${password}@10.0.0.2`
      withoutSecrets(redactText(`${' '.repeat(4000 - kept)}${url.replace(password!, 'hunter2'.repeat(3))}`))
    }
  })

  test('hide user info without a scheme, and what follows Bearer and Basic', () => {
    withoutSecrets(redactText(`connecting home:${password}@10.0.0.2, Authorization: Basic ${hexKey}, bearer ${hexKey}`))
  })

  test('still say where something went wrong', () => {
    expect(redactText('the chain at https://mainnet.infura.io/v3/abc does not answer')).toBe(
      'the chain at https://mainnet.infura.io/… does not answer',
    )
    expect(redactText('http://127.0.0.1:8545')).toBe('http://127.0.0.1:8545')
    const stack = 'at run (file:///opt/hearth/main/core/loop.ts:12:3)'
    expect(redactText(stack)).toBe(stack)
    expect(redactText('/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X')).toContain(
      '12D3KooWPjceQrSwdWXPyLLeABRXmuqt69Rg3sBYbU1Nft9HyQ6X',
    )
  })
})
