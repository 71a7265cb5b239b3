import { model, node, tensor } from '../../native/onnx/writer.ts'
import { ort } from '../../native/onnx/onnxruntime.ts'

const ROUNDS = 256

/** Chunks a second whose int8 products alone one core does: four of width × width and two of width × inner a layer. */
export async function productsAlone(
  { layers, width, inner }: { readonly layers: number; readonly width: number; readonly inner: number },
  tokens: number,
): Promise<number> {
  const weights = (name: string, from: number, to: number) =>
    tensor(
      name,
      'int8',
      [from, to],
      Int8Array.from({ length: from * to }, (_, i) => (i % 251) - 125),
    )
  const product = (from: string, weight: string, to: string) => node('MatMulInteger', [from, weight], [to])
  const square = ['q', 'k', 'v', 'o']
  const graph = model({
    nodes: [
      ...square.map((name) => product('x', `w${name}`, name)),
      product('x', 'wup', 'up'),
      product('h', 'wdown', 'down'),
    ],
    initializers: [
      ...square.map((name) => weights(`w${name}`, width, width)),
      weights('wup', width, inner),
      weights('wdown', inner, width),
    ],
    inputs: [
      { name: 'x', type: 'uint8', dims: [tokens, width] },
      { name: 'h', type: 'uint8', dims: [tokens, inner] },
    ],
    outputs: [...square, 'up', 'down'].map((name) => ({
      name,
      type: 'int32',
      dims: [tokens, name === 'up' ? inner : width],
    })),
  })
  const session = await ort.InferenceSession.create(graph, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    extra: { session: { 'intra_op.allow_spinning': '0' } },
  })
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i % 256)
  const feeds = {
    x: new ort.Tensor('uint8', bytes(tokens * width), [tokens, width]),
    h: new ort.Tensor('uint8', bytes(tokens * inner), [tokens, inner]),
  }
  await session.run(feeds)
  const begun = performance.now()
  for (let i = 0; i < ROUNDS; i++) await session.run(feeds)
  const perLayer = (performance.now() - begun) / 1000 / ROUNDS
  await session.release()
  return 1 / (perLayer * layers)
}
