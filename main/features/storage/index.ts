export { blockCid, digestOf, folderCid } from './cid.ts'
export { DataNodeService } from './data-node-service.ts'
