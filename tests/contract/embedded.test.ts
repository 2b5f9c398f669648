import { startEmbeddedShape, type RunningShape } from '../support/shapes';
import { disclosureSuite } from './disclosure';
import { mcpSuite } from './mcp';
import { contractSuite } from './suite';
import { sweepSuite } from './sweep';

describe('embedded shape', () => {
  let shape: RunningShape;
  beforeAll(async () => {
    shape = await startEmbeddedShape();
  }, 240_000);
  afterAll(() => shape?.stop());

  contractSuite(() => shape.base);
  disclosureSuite(() => shape.base);
  mcpSuite(() => shape.base);
  sweepSuite(() => shape.base);
});
