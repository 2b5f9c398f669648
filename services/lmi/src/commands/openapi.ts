import { openApiDocument } from '@lmi/gateway';
import { print } from './session';

export async function openApiCommand(): Promise<void> {
  print(JSON.stringify(openApiDocument(), undefined, 2));
}
