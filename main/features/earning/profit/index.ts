export { EnergyMeter, wattsOf } from './energy-meter.ts'
export { EnergyStore } from './energy-store.ts'
export { ProfitService } from './profit-service.ts'
