// Generated from contracts/TipJar.sol by npm run contracts; not edited by hand.
export const abi = [
  { inputs: [{ name: 'ledger_', type: 'address' }], stateMutability: 'nonpayable', type: 'constructor' },
  { inputs: [], name: 'NoTip', type: 'error' },
  { anonymous: false, inputs: [{ indexed: true, name: 'by', type: 'address' }], name: 'Closed', type: 'event' },
  {
    anonymous: false,
    inputs: [
      { indexed: true, name: 'id', type: 'uint256' },
      { indexed: true, name: 'from', type: 'address' },
      { indexed: true, name: 'to', type: 'address' },
      { indexed: false, name: 'amount', type: 'uint96' },
      { indexed: false, name: 'note', type: 'bytes32' },
    ],
    name: 'Tipped',
    type: 'event',
  },
  { inputs: [], name: 'close', outputs: [], stateMutability: 'nonpayable', type: 'function' },
  { inputs: [], name: 'ledger', outputs: [{ name: '', type: 'address' }], stateMutability: 'view', type: 'function' },
  {
    inputs: [
      { name: 'to', type: 'address' },
      { name: 'amount', type: 'uint96' },
      { name: 'note', type: 'bytes32' },
    ],
    name: 'tip',
    outputs: [{ name: 'id', type: 'uint64' }],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  { inputs: [], name: 'tipCount', outputs: [{ name: '', type: 'uint64' }], stateMutability: 'view', type: 'function' },
] as const
