import { constants, setPriority } from 'node:os'
import { serveChild } from '../../main/core/processes/child-frame.ts'
import { trainerRouter } from './router.ts'

// The machine stays its owner's: everything else goes before this process.
setPriority(constants.priority.PRIORITY_LOW)

serveChild(trainerRouter)
