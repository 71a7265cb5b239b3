export { IdlePolicyService } from './idle-policy-service.ts'
export { TelemetryFeed } from './telemetry-feed.ts'
