export { ComfortService } from './comfort-service.ts'
export { TelemetryFeed } from './telemetry-feed.ts'
