import { LmiError } from '../errors';
import type { CallContext, Calls, Client, Handlers, ServiceDefinition } from '../ports/calls';
import { withDeadline } from './deadline';

/**
 * Calls inside one process. Every message goes through the same encode and decode as over gRPC, so that both
 * shapes see the same defaults and no handler can lean on what a wire would lose.
 */
export class InProcessCalls implements Calls {
  private readonly services = new Map<string, Handlers<ServiceDefinition>>();

  register<D extends ServiceDefinition>(definition: D, handlers: Handlers<D>): void {
    this.services.set(definition.fullName, handlers as Handlers<ServiceDefinition>);
  }

  client<D extends ServiceDefinition>(definition: D): Client<D> {
    const methods: Record<string, (request: never, context: CallContext) => Promise<unknown>> = {};
    for (const [key, method] of Object.entries(definition.methods)) {
      methods[key] = async (request: never, context: CallContext) => {
        const handler = this.services.get(definition.fullName)?.[key];
        if (!handler) throw new LmiError('unavailable', `service ${definition.fullName} is not running here`);
        const wire = method.requestType.encode(method.requestType.fromPartial(request)).finish();
        const reply = await withDeadline(() => handler(method.requestType.decode(wire), context), context);
        return method.responseType.decode(method.responseType.encode(reply).finish());
      };
    }
    return methods as unknown as Client<D>;
  }

  async close(): Promise<void> {
    this.services.clear();
  }
}
