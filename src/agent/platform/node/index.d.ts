/**
 * All the platform the engine may see: sha256 and HMAC from `node:crypto`, and the web-standard globals every host has.
 *
 * It stands in for @types/node (see `typeRoots` in ../../tsconfig.json). What is missing is missing on purpose: timers and
 * the time come from the Clock port, `fetch` is handed in (only its types are here), there is no console and no process.
 */

declare module 'node:crypto' {
  interface Digest {
    update(data: string | Uint8Array): this;
    digest(): Uint8Array<ArrayBuffer>;
    digest(encoding: 'hex' | 'base64' | 'base64url'): string;
  }
  function createHash(algorithm: 'sha256'): Digest;
  interface KeyObject {
    readonly type: 'secret';
  }
  /** A key made ready once: createHmac takes it several times faster than its bytes. */
  function createSecretKey(key: Uint8Array): KeyObject;
  function createHmac(algorithm: 'sha256', key: string | Uint8Array | KeyObject): Digest;
  /** Throws when the lengths differ. */
  function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean;
}

declare function structuredClone<T>(value: T): T;
declare function queueMicrotask(callback: () => void): void;

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean; signal?: AbortSignal }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
declare var AbortSignal: {
  readonly prototype: AbortSignal;
  abort(reason?: unknown): AbortSignal;
  any(signals: Iterable<AbortSignal>): AbortSignal;
};

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare var AbortController: { new (): AbortController; readonly prototype: AbortController };

interface TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
}
declare var TextEncoder: { new (): TextEncoder; readonly prototype: TextEncoder };

interface TextDecoder {
  decode(bytes?: Uint8Array | ArrayBuffer, options?: { stream?: boolean }): string;
}
declare var TextDecoder: {
  new (encoding?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }): TextDecoder;
  readonly prototype: TextDecoder;
};

interface URLSearchParams extends Iterable<[string, string]> {
  get(name: string): string | null;
  has(name: string): boolean;
  set(name: string, value: string): void;
  append(name: string, value: string): void;
  delete(name: string): void;
  toString(): string;
}
declare var URLSearchParams: {
  new (init?: string | Record<string, string>): URLSearchParams;
  readonly prototype: URLSearchParams;
};

interface URL {
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
  href: string;
  readonly origin: string;
  readonly searchParams: URLSearchParams;
  toString(): string;
}
declare var URL: {
  new (url: string | URL, base?: string | URL): URL;
  readonly prototype: URL;
  canParse(url: string | URL, base?: string | URL): boolean;
  parse(url: string | URL, base?: string | URL): URL | null;
};

interface ReadableStream<R = unknown> extends AsyncIterable<R> {
  readonly locked: boolean;
  cancel(reason?: unknown): Promise<void>;
  getReader(): {
    read(): Promise<{ done: false; value: R } | { done: true; value: undefined }>;
    cancel(reason?: unknown): Promise<void>;
    releaseLock(): void;
  };
}

interface Headers extends Iterable<[string, string]> {
  get(name: string): string | null;
  has(name: string): boolean;
  set(name: string, value: string): void;
  delete(name: string): void;
}
declare var Headers: {
  new (init?: Headers | Record<string, string> | Iterable<[string, string]>): Headers;
  readonly prototype: Headers;
};

interface RequestInit {
  method?: string;
  headers?: Headers | Record<string, string> | [string, string][];
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
  signal?: AbortSignal | null;
  redirect?: 'follow' | 'error' | 'manual';
}

interface Request {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly signal: AbortSignal;
}

interface Response {
  readonly url: string;
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
  text(): Promise<string>;
  json(): Promise<unknown>;
}
