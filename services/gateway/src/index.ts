export { createGateway, type GatewayDependencies } from './gateway';
export { REQUEST_LIMIT_MS } from './http/answering';
export type { AnsweredListener } from './http/observe';
export type { LimitSettings } from './http/limits';
export { openApiDocument } from './openapi';
export { GatewayService } from './server';
export { routeOf } from './route-names';
export { usageReportPage, type KnownRecords, type OperationsSource } from './site/operations';
