import * as grpc from '@grpc/grpc-js';
import { errorCodes, LmiError, type ErrorCode } from '../errors';
import { currentSpan } from '../observe/tracer';
import type {
  CallContext,
  Calls,
  Client,
  Handlers,
  MethodDefinition,
  ServiceDefinition,
} from '../ports/calls';
import { HOP_MARGIN_MS, withDeadline } from './deadline';
import { Health } from './health';
import { registerPeersFile } from './peers-file';

registerPeersFile();

const statusOf: Record<ErrorCode, grpc.status> = {
  'invalid-argument': grpc.status.INVALID_ARGUMENT,
  'not-found': grpc.status.NOT_FOUND,
  'not-available': grpc.status.FAILED_PRECONDITION,
  conflict: grpc.status.ABORTED,
  'resource-exhausted': grpc.status.RESOURCE_EXHAUSTED,
  unavailable: grpc.status.UNAVAILABLE,
  'deadline-exceeded': grpc.status.DEADLINE_EXCEEDED,
  internal: grpc.status.INTERNAL,
};
const codeOf = new Map<grpc.status, ErrorCode>(errorCodes.map((code) => [statusOf[code], code]));

const TRACE_KEY = 'lmi-trace-id';
const PINS_KEY = 'lmi-pins-bin';
/** Only of requests that are traced. */
const PARENT_KEY = 'traceparent';
const FIELD_KEY = 'lmi-error-field-bin';
const VALUES_KEY = 'lmi-error-values-bin';

/** Connections are closed after this age, so that replicas added later get calls from old clients too. */
const MAX_CONNECTION_AGE_MS = 30_000;

/** Longer than any call's deadline. */
const CLOSE_LIMIT_MS = 5_000;

function toServiceError(error: unknown, onInternal: (error: unknown) => void): grpc.ServiceError {
  const metadata = new grpc.Metadata();
  let code: ErrorCode = 'internal';
  let message = 'internal error';
  if (error instanceof LmiError) {
    code = error.code;
    message = error.message;
    if (error.field) metadata.set(FIELD_KEY, Buffer.from(error.field));
    if (error.validValues) metadata.set(VALUES_KEY, Buffer.from(JSON.stringify(error.validValues)));
  }
  if (code === 'internal') onInternal(error);
  return Object.assign(new Error(message), { code: statusOf[code], details: message, metadata });
}

function fromStatus(status: grpc.StatusObject): LmiError {
  const field = status.metadata.get(FIELD_KEY)[0];
  const values = status.metadata.get(VALUES_KEY)[0];
  return new LmiError(codeOf.get(status.code) ?? 'unavailable', status.details || grpc.status[status.code], {
    ...(field ? { field: field.toString() } : {}),
    ...(values ? { validValues: JSON.parse(values.toString()) as string[] } : {}),
  });
}

function pathOf(definition: ServiceDefinition, method: MethodDefinition): string {
  return `/${definition.fullName}/${method.name}`;
}

function serialise(codec: MethodDefinition['requestType']) {
  return (message: unknown): Buffer => {
    const bytes = codec.encode(message).finish();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
}

export interface GrpcServerOptions {
  /** Address to listen on, for example "127.0.0.1:0". */
  readonly address: string;
  /** Called with every error that was answered as internal. */
  readonly onInternalError?: (error: unknown, method: string, traceId: string) => void;
}

/** A gRPC server for the services of one process. */
export class GrpcServer {
  private readonly server = new grpc.Server({
    // Nobody reads what it would keep of each call.
    'grpc.enable_channelz': 0,
    'grpc.max_connection_age_ms': MAX_CONNECTION_AGE_MS,
    'grpc.max_connection_age_grace_ms': 10_000,
  });

  private readonly health = new Health(this.server);
  private calls = 0;
  private listening = 0;
  private firstCall: number | undefined;

  constructor(private readonly options: GrpcServerOptions) {}

  /** How many calls came, and how long after the start the first did: whether callers share out their calls. */
  get served(): { readonly calls: number; readonly firstCallMs: number | undefined } {
    return { calls: this.calls, firstCallMs: this.firstCall };
  }

  register<D extends ServiceDefinition>(definition: D, handlers: Handlers<D>): void {
    const service: Record<string, grpc.MethodDefinition<unknown, unknown>> = {};
    const implementation: grpc.UntypedServiceImplementation = {};
    for (const [key, method] of Object.entries(definition.methods)) {
      const path = pathOf(definition, method);
      service[key] = {
        path,
        requestStream: false,
        responseStream: false,
        requestSerialize: serialise(method.requestType),
        requestDeserialize: (bytes: Buffer) => method.requestType.decode(bytes),
        responseSerialize: serialise(method.responseType),
        responseDeserialize: (bytes: Buffer) => method.responseType.decode(bytes),
      };
      const handler = (handlers as Handlers<ServiceDefinition>)[key]!;
      const unary: grpc.handleUnaryCall<unknown, unknown> = (call, callback) => {
        this.calls += 1;
        this.firstCall ??= Math.round(performance.now() - this.listening);
        const deadline = call.getDeadline();
        const pins = call.metadata.get(PINS_KEY)[0];
        const context: CallContext = {
          traceId: call.metadata.get(TRACE_KEY)[0]?.toString() ?? '0'.repeat(32),
          deadline: (deadline instanceof Date ? deadline.getTime() : deadline) - HOP_MARGIN_MS,
          ...(pins ? { pins: JSON.parse(pins.toString()) as string[] } : {}),
          traceparent: call.metadata.get(PARENT_KEY)[0]?.toString(),
        };
        withDeadline(() => handler(call.request as never, context), context).then(
          (reply) => callback(null, reply),
          (error: unknown) =>
            callback(toServiceError(error, (e) => this.options.onInternalError?.(e, path, context.traceId))),
        );
      };
      implementation[key] = unary;
    }
    this.server.addService(service, implementation);
    this.health.add(definition.fullName);
  }

  /** Healthy from here on. @returns the port that was bound. */
  async listen(): Promise<number> {
    this.listening = performance.now();
    this.health.set(true);
    return new Promise((resolve, reject) => {
      this.server.bindAsync(this.options.address, grpc.ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  }

  /** Reports "not serving" while it goes on serving, so that callers have time to notice. */
  drain(): void {
    this.health.set(false);
  }

  /** Refuses new calls, waits for those in flight; those that follow the health for ever are cut after a while. */
  async close(): Promise<void> {
    this.drain();
    const cut = setTimeout(() => this.server.forceShutdown(), CLOSE_LIMIT_MS);
    await new Promise<void>((resolve) => this.server.tryShutdown(() => resolve()));
    clearTimeout(cut);
  }
}

const serviceConfig = JSON.stringify({
  loadBalancingConfig: [{ round_robin: {} }],
  methodConfig: [
    {
      name: [{}],
      retryPolicy: {
        maxAttempts: 3,
        initialBackoff: '0.02s',
        maxBackoff: '0.2s',
        backoffMultiplier: 2,
        retryableStatusCodes: ['UNAVAILABLE'],
      },
    },
  ],
});

/**
 * A replica that hangs keeps its connections, so that only an unanswered ping tells. Its calls then fail as unavailable
 * and are made again elsewhere: within the sum of both, well before the caller's deadline. The limit is longer than a
 * healthy replica is ever busy with one thing.
 */
const PING_EVERY_MS = 300;
const PING_LIMIT_MS = 500;

/** Bytes of replies under way on a connection. At HTTP/2's 64 kB a page of hits would make the next ones wait for its reader. */
const REPLY_WINDOW = 1 << 20;

/** A name is asked for again as soon as this after the last time, when a connection ends: half a minute unless told. */
const RESOLVE_EVERY_MS = 2_000;

/**
 * Calls over gRPC: round robin over a name or a static list, retry of unavailable on another replica. Made on the
 * channel itself: the library's client would add its interceptors, and half of a call's cost, to what is one message
 * each way.
 */
export class GrpcCalls implements Calls {
  private readonly channels = new Map<string, grpc.Channel>();

  /** @param addressOf maps a service's full name to a gRPC target, for example "dns:///pay:50051". */
  constructor(private readonly addressOf: (fullName: string) => string) {}

  client<D extends ServiceDefinition>(definition: D): Client<D> {
    let channel = this.channels.get(definition.fullName);
    if (!channel) {
      channel = new grpc.Channel(this.addressOf(definition.fullName), grpc.credentials.createInsecure(), {
        'grpc.enable_channelz': 0,
        'grpc.service_config': serviceConfig,
        'grpc.initial_reconnect_backoff_ms': 200,
        'grpc.max_reconnect_backoff_ms': 1000,
        'grpc-node.flow_control_window': REPLY_WINDOW,
        'grpc.keepalive_permit_without_calls': 1,
        'grpc.dns_min_time_between_resolutions_ms': RESOLVE_EVERY_MS,
        'grpc.keepalive_time_ms': PING_EVERY_MS,
        'grpc.keepalive_timeout_ms': PING_LIMIT_MS,
      });
      this.channels.set(definition.fullName, channel);
    }
    const connection = channel;
    const methods: Record<string, (request: never, context: CallContext) => Promise<unknown>> = {};
    for (const [key, method] of Object.entries(definition.methods)) {
      const path = pathOf(definition, method);
      const encode = serialise(method.requestType);
      methods[key] = (request, context) =>
        new Promise((resolve, reject) => {
          const metadata = new grpc.Metadata();
          metadata.set(TRACE_KEY, context.traceId);
          if (context.pins?.length) metadata.set(PINS_KEY, Buffer.from(JSON.stringify(context.pins)));
          const span = currentSpan();
          if (span) metadata.set(PARENT_KEY, span.traceparent);
          const call = connection.createCall(path, context.deadline, undefined, null, undefined);
          let reply: Buffer | undefined;
          call.start(metadata, {
            onReceiveMetadata: () => undefined,
            onReceiveMessage: (bytes: Buffer) => (reply = bytes),
            onReceiveStatus: (status) => {
              if (status.code !== grpc.status.OK || !reply) reject(fromStatus(status));
              else resolve(reply);
            },
          });
          call.sendMessageWithContext({}, encode(method.requestType.fromPartial(request)));
          call.halfClose();
          call.startRead();
        }).then((reply) => method.responseType.decode(reply as Buffer));
    }
    return methods as unknown as Client<D>;
  }

  async close(): Promise<void> {
    for (const channel of this.channels.values()) channel.close();
    this.channels.clear();
  }
}
