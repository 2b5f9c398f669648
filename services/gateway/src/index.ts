export { createGateway, REQUEST_LIMIT_MS, type GatewayDependencies } from './gateway';
export type { LimitSettings } from './http/limits';
export { openApiDocument } from './openapi';
export { GatewayService } from './server';
