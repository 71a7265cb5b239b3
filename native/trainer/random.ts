// The host draws the same where it checks a sample.
export { Random } from '../../main/core/random.ts'
