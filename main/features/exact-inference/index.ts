export { ExactInferenceEngine } from './exact-inference-engine.ts'
