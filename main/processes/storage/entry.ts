import { storageContract } from '../../../common/children/storage.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { implement, serveChild } from '../../core/processes/child-frame.ts'
import { withProgress } from '../../core/processes/progress.ts'
import { openShown } from '../../core/segment-proof.ts'
import { keepHeapTight } from '../inbound/tight-heap.ts'
import { hashPath } from './add.ts'
import { unwrapKey, wrapKey } from './hseg/age.ts'
import { flawOf } from './hseg/flaw.ts'
import { readHeader } from './hseg/layout.ts'
import { holdsShown, showSegments } from './hseg/lot.ts'
import { inspectPackage } from './hseg/public.ts'
import { salvagePackage } from './hseg/salvage.ts'
import { sealPackage } from './hseg/seal.ts'
import { unsealPackage, verifyPackage } from './hseg/unseal.ts'
import { openIpfsEncrypted } from './legacy/ipfs-encrypted.ts'
import { DataNode } from './node.ts'
import { pinRemotely } from './remote-pin.ts'

keepHeapTight()
let starting: Promise<DataNode> | undefined
function started(): Promise<DataNode> {
  if (!starting) throw new HearthError('ENGINE_GONE', 'the data node has not been started')
  return starting
}

const os = implement(storageContract)
serveChild(
  os.router({
    start: os.start.handler(async ({ input }) => {
      starting ??= DataNode.start(input)
      return (await starting).status()
    }),
    status: os.status.handler(async () => (await started()).status()),
    connect: os.connect.handler(async ({ input }) => (await started()).connect(input.addresses)),
    roots: os.roots.handler(async () => [...(await started()).roots]),
    limit: os.limit.handler(async ({ input }) => {
      const node = await started()
      node.limit(input.cap, input.paused, input.disk)
      return {}
    }),
    add: os.add.handler(({ input }) =>
      withProgress(async (onProgress) =>
        (await started()).add(input.path, input.name, (bytes, of) => onProgress({ bytes, of })),
      ),
    ),
    importCar: os.importCar.handler(({ input }) =>
      withProgress(async (onProgress) =>
        (await started()).importCar(input.path, input.name, (bytes, of) => onProgress({ bytes, of })),
      ),
    ),
    hash: os.hash.handler(({ input }) =>
      withProgress((onProgress) => hashPath(input.path, (bytes, of) => onProgress({ bytes, of }))),
    ),
    putBlock: os.putBlock.handler(async ({ input }) => ({
      sha256: await (await started()).putBlock(Buffer.from(input.bytes, 'base64'), input.name),
    })),
    block: os.block.handler(async ({ input, signal }) => ({
      bytes: Buffer.from(
        await (await started()).block(input.sha256, input.from, signal ?? new AbortController().signal),
      ).toString('base64'),
    })),
    fetch: os.fetch.handler(({ input, signal }) =>
      withProgress(async (onProgress) =>
        (await started()).fetch(input.cid, input.from, onProgress, signal ?? new AbortController().signal),
      ),
    ),
    export: os.export.handler(async ({ input }) => (await started()).export(input.cid, input.name, input.out)),
    remove: os.remove.handler(async ({ input }) => (await started()).remove(input.cid)),
    publishName: os.publishName.handler(async ({ input }) => (await started()).publishName(input.cid)),
    resolveName: os.resolveName.handler(async ({ input, signal }) =>
      (await started()).resolveName(input.name, signal ?? new AbortController().signal),
    ),
    gateway: os.gateway.handler(async ({ input }) => (await started()).gateway(input.port, input.token)),
    seal: os.seal.handler(({ input }) =>
      withProgress((onProgress) =>
        sealPackage(
          input.path,
          input.out,
          {
            given: input.key && input.salt ? { key: input.key, salt: input.salt } : null,
            previous: input.previous,
            first: input.first,
          },
          (bytes, of) => onProgress({ bytes, of }),
        ),
      ),
    ),
    inspect: os.inspect.handler(({ input }) => inspectPackage(input.package)),
    show: os.show.handler(({ input }) => showSegments(input.package, input.key, input.numbers, input.rows)),
    openShown: os.openShown.handler(({ input: { preview, root } }) => ({
      segments: openShown(preview, root).map(({ number, bytes }) => ({ number, bytes: bytes.toString('base64') })),
    })),
    holds: os.holds.handler(async ({ input }) => ({ holds: await holdsShown(input.package, input.preview) })),
    flaw: os.flaw.handler(({ input }) => flawOf(input.package, input.key)),
    header: os.header.handler(({ input }) => readHeader(input.package)),
    unseal: os.unseal.handler(({ input }) =>
      withProgress((onProgress) =>
        unsealPackage(input.package, input.key, input.out, (bytes, of) => onProgress({ bytes, of })),
      ),
    ),
    verify: os.verify.handler(({ input }) =>
      withProgress((onProgress) => verifyPackage(input.package, input.key, (bytes, of) => onProgress({ bytes, of }))),
    ),
    salvage: os.salvage.handler(({ input }) => salvagePackage(input.package, input.key, input.out)),
    wrap: os.wrap.handler(async ({ input }) => ({ armored: await wrapKey(input.key, input.recipients) })),
    openLegacy: os.openLegacy.handler(({ input }) => openIpfsEncrypted(input.folder, input.password, input.out)),
    pinRemotely: os.pinRemotely.handler(async ({ input: { service, token, cid, name } }) =>
      pinRemotely(service, token, { cid, name, origins: (await started()).status().addresses }),
    ),
    unwrap: os.unwrap.handler(({ input: { wrapped, identity, passphrase } }) =>
      unwrapKey(Buffer.from(wrapped, 'base64'), Buffer.from(identity, 'base64'), passphrase),
    ),
  }),
)
