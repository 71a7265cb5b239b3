import { partnerContract } from '../../common/children/partner.ts'
import { implement, serveChild } from '../core/processes/child-frame.ts'
import { play } from './partner.ts'

const os = implement(partnerContract)
serveChild(os.router({ play: os.play.handler(({ input, signal }) => play(input, signal)) }))
