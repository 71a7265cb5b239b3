export { MachineService, type Benchmark, type BenchProgress } from './machine-service.ts'
