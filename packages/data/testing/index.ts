export { startMariadb, type Mariadb, type MariadbDatabase } from './mariadb';
