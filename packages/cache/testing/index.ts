export { startRedis, type RedisServer } from './redis';
