import { Signature, toUtf8Bytes } from 'ethers'
import { interfaces } from '../../../common/chain/contracts.ts'
import type { Intent } from '../../../common/children/vault.ts'
import type { Action, dataSteps, jobSteps } from '../../../common/model/action.ts'
import { reportReasons } from '../../../common/model/data-names.ts'
import type { Network } from './network.ts'

export interface Call {
  readonly to: string
  readonly data: string
}

/** What the chain client needs of the wallet. Keys stay behind it. */
export interface Signer {
  /** @throws HearthError NO_WALLET */
  address(): string
  addressOrNull(): string | null
  sign(intent: Intent): Promise<{ signature: string; hash: string | null }>
  /** What a complaint about a sale shows the contract. @throws HearthError NOT_FOUND */
  complaint(sale: number): Promise<readonly unknown[]>
}

const jobVerbs: Readonly<Record<(typeof jobSteps)[number], string>> = {
  cancelJob: 'cancel',
  leaveJob: 'leave',
  expireJob: 'expire',
  acceptJob: 'accept',
  sampleJob: 'sample',
  passJob: 'pass',
  defendJob: 'defend',
  slashJob: 'slash',
  drawJury: 'draw',
  ruleJob: 'rule',
}

const dataVerbs: Readonly<Record<Exclude<(typeof dataSteps)[number], 'complainSale'>, string>> = {
  unlistAsset: 'unlist',
  finaliseSale: 'finalise',
  refundSale: 'refund',
  withdrawRequest: 'withdraw',
}

const PERMIT_SECONDS = 3600

/** The call that carries an action out. A deposit has its permit signed on the way. */
export async function encodeAction(action: Action, network: Network, signer: Signer, chainTime: number): Promise<Call> {
  const { coin, ledger, market, training, dataMarket } = network.contracts
  const toMarket = (name: string, ...args: readonly unknown[]): Call => ({
    to: market,
    data: interfaces.market.encodeFunctionData(name, args),
  })
  const toTraining = (name: string, ...args: readonly unknown[]): Call => ({
    to: training,
    data: interfaces.training.encodeFunctionData(name, args),
  })
  const toData = (name: string, ...args: readonly unknown[]): Call => ({
    to: dataMarket,
    data: interfaces.dataMarket.encodeFunctionData(name, args),
  })
  switch (action.kind) {
    case 'deposit': {
      const [nonce] = interfaces.coin.decodeFunctionResult(
        'nonces',
        await network.rpc.call(coin, interfaces.coin.encodeFunctionData('nonces', [signer.address()])),
      )
      const deadline = Math.max(chainTime, Math.floor(Date.now() / 1000)) + PERMIT_SECONDS
      const { signature } = await signer.sign({
        kind: 'permit',
        amount: action.amount,
        nonce: nonce as bigint,
        deadline,
      })
      const { v, r, s } = Signature.from(signature)
      return {
        to: ledger,
        data: interfaces.ledger.encodeFunctionData('depositWithPermit', [action.amount, deadline, v, r, s]),
      }
    }
    case 'withdraw':
      return { to: ledger, data: interfaces.ledger.encodeFunctionData('withdraw', [action.amount]) }
    case 'send':
      return { to: coin, data: interfaces.coin.encodeFunctionData('transfer', [action.to, action.amount]) }
    case 'addMachine':
      return toMarket('addMachine', action.spec, action.peer)
    case 'removeMachine':
      return toMarket('removeMachine', action.machine)
    case 'announce':
      return toMarket('announce', action.machine, toUtf8Bytes(JSON.stringify(action.addresses)))
    case 'makeOffer':
      return toMarket('makeOffer', action.machine, action.price, action.maxSeconds)
    case 'cancelOffer':
      return toMarket('cancelOffer', action.offer)
    case 'placeOrder':
      return toMarket('placeOrder', action.offer, action.term, action.maxPrice, action.work)
    case 'renewOrder':
      return toMarket('renewOrder', action.order, action.extra)
    case 'complete':
    case 'fail':
    case 'reclaim':
      return toMarket(action.kind, action.order)
    case 'settle':
      return toMarket('settle', action.order, action.served, action.finished, action.signature)
    case 'openJob':
      return toTraining('open', action.machine, action.price, action.milestones, action.duration, action.work)
    case 'commitJob':
      return toTraining('commit', action.job, action.root, action.checkpoints)
    case 'challengeJob':
      return toTraining('challenge', action.job, action.segment)
    case 'voteJob':
      return toTraining('vote', action.job, action.sealedVote)
    case 'revealVote':
      return toTraining('reveal', action.job, action.guilty, action.salt)
    case 'publishData':
      return action.asset === null
        ? toData('create', action.parent ?? 0, action.royalty, action.version)
        : toData('publish', action.asset, action.version)
    case 'listAsset':
      return toData('list', action.asset, action.price, action.preview)
    case 'announceSeller':
      return toData('announce', toUtf8Bytes(action.profile))
    case 'buyAsset':
      return toData('buy', action.asset, action.version, action.maxPrice, action.keyX, action.keyV)
    case 'deliverSale':
      return toData('deliver', action.sale, action.pointX, action.pointV, action.wrapped)
    case 'complainSale':
      return toData('complain', action.id, ...(await signer.complaint(action.id)))
    case 'rateSale':
      return toData('rate', action.sale, action.stars)
    case 'reportAsset':
      return toData('report', action.asset, reportReasons.indexOf(action.reason))
    case 'openRequest':
      return toData('request', action.bounty, action.brief)
    case 'answerRequest':
      return toData('answer', action.request, action.asset)
    case 'acceptAnswer':
      return toData('accept', action.request, action.asset, action.version, action.keyX, action.keyV)
    case 'unlistAsset':
    case 'finaliseSale':
    case 'refundSale':
    case 'withdrawRequest':
      return toData(dataVerbs[action.kind], action.id)
    default:
      return toTraining(jobVerbs[action.kind], action.job)
  }
}
