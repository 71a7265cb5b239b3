/** The data node of `npm run soak:peers`: keeps a file, and says where it is. */
import { keepHeapTight } from '../../main/processes/inbound/tight-heap.ts'
import { DataNode } from '../../main/processes/storage/node.ts'

const [folder = '', file = '', disk = '0'] = process.argv.slice(2)
keepHeapTight()
const node = await DataNode.start({ folder, listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, bootstrap: [] })
node.limit(null, false, Number(disk))
const { cid } = await node.add(file, 'file', () => {})
process.send?.({ address: node.status().addresses[0], cid })
process.on('SIGTERM', () => void node.stop().then(() => process.exit(0)))
