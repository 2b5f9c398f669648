import { startClusterShape, type RunningShape } from '../support/shapes';
import { contractSuite } from './suite';

describe('cluster shape: two of each service on MariaDB, over gRPC', () => {
  let shape: RunningShape;
  beforeAll(async () => {
    shape = await startClusterShape();
  }, 400_000);
  afterAll(() => shape?.stop());

  contractSuite(() => shape.base);
});
