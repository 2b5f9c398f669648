export { createGateway, REQUEST_LIMIT_MS, type GatewayDependencies } from './gateway';
export { openApiDocument } from './openapi';
export { GatewayService } from './server';
