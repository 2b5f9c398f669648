/**
 * What a service declares. A contract is the generic definition that ts-proto generates from the service's
 * .proto file; handlers are plain functions and do not know how they were called.
 */
export interface MessageCodec<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(input: Uint8Array): T;
  fromPartial(object: never): T;
}

export interface MethodDefinition<Req = unknown, Res = unknown> {
  readonly name: string;
  readonly requestType: MessageCodec<Req>;
  readonly responseType: MessageCodec<Res>;
  readonly requestStream: false;
  readonly responseStream: false;
}

export interface ServiceDefinition {
  readonly name: string;
  readonly fullName: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the map holds methods of every message type
  readonly methods: Readonly<Record<string, MethodDefinition<any, any>>>;
}

type RequestOf<M> = M extends { requestType: { decode(input: never): infer Req } } ? Req : never;
type ResponseOf<M> = M extends { responseType: { decode(input: never): infer Res } } ? Res : never;

export interface CallContext {
  /** W3C trace id (32 hex digits) of the request that caused the call. */
  readonly traceId: string;
  /** Epoch milliseconds after which nobody waits for the answer. */
  readonly deadline: number;
  /** Versions of releases to answer from in place of those that serve now. */
  readonly pins?: readonly string[];
  /** W3C traceparent of a caller in another process, when the request is traced. */
  readonly traceparent?: string | undefined;
}

/** One function per rpc: decoded request and context to reply. Throws LmiError. */
export type Handlers<D extends ServiceDefinition> = {
  readonly [M in keyof D['methods']]: (
    request: RequestOf<D['methods'][M]>,
    context: CallContext,
  ) => Promise<ResponseOf<D['methods'][M]>>;
};

/** The caller's side of the same methods. Fields left out take the proto default. */
export type Client<D extends ServiceDefinition> = {
  readonly [M in keyof D['methods']]: (
    request: Partial<RequestOf<D['methods'][M]>>,
    context: CallContext,
  ) => Promise<ResponseOf<D['methods'][M]>>;
};

/** The calls port: how one target reaches another. Embedded: in process. Cluster: gRPC. */
export interface Calls {
  client<D extends ServiceDefinition>(definition: D): Client<D>;
  close(): Promise<void>;
}
