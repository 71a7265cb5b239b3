export { DrillEngine } from './drill-engine.ts'
