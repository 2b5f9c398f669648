import { startEmbeddedShape, type RunningShape } from '../support/shapes';
import { contractSuite } from './suite';

describe('embedded shape', () => {
  let shape: RunningShape;
  beforeAll(async () => {
    shape = await startEmbeddedShape();
  }, 240_000);
  afterAll(() => shape?.stop());

  contractSuite(() => shape.base);
});
