export type { Ending, JobContext, JobHandler, JobProgress } from './job-handler.ts'
export type { JobQueue } from './job-queue.ts'
export { JobRunner, type JobView } from './job-runner.ts'
