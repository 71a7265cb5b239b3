export { Doctor } from './doctor.ts'
export { fixes as gateFixes } from './fixes.ts'
