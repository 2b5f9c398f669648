export {
  startMariadb,
  type Mariadb,
  type MariadbDatabase,
  type MariadbOptions,
  type MariadbServer,
} from './mariadb';
