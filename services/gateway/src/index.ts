export { createGateway, REQUEST_LIMIT_MS, type GatewayDependencies } from './gateway';
export type { AnsweredListener } from './http/observe';
export type { LimitSettings } from './http/limits';
export { openApiDocument } from './openapi';
export { GatewayService } from './server';
export { routeOf } from './route-names';
export { usageReportPage, type KnownRecords, type OperationsSource } from './site/operations';
