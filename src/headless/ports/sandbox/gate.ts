/** The way from inside the sandbox, which has a network of its own, to the filter of domains outside. */
import type { Lease } from './domain-filter.ts';

export interface Gate extends Lease {
  /** Path of the program that carries bytes between sockets. */
  readonly socat: string;
}

/** On the sandbox's own loopback. */
const PORT = 39_127;

/** Waits until the way is open, so that the first thing a program asks for gets through; then only the program is left. */
const OPEN = `"$1" TCP-LISTEN:${PORT},bind=127.0.0.1,fork,reuseaddr UNIX-CONNECT:"$2" </dev/null >/dev/null 2>&1 &
tries=0
until "$1" -u OPEN:/dev/null TCP:127.0.0.1:${PORT} 2>/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 200 ] || { echo "The way to the allowed domains did not open." >&2; exit 125; }
  sleep 0.02
done
shift 2
exec "$@"`;

export const behindGate = ({ socat, socket }: Gate, program: readonly string[]): readonly string[] => [
  ...['/bin/sh', '-c', OPEN, 'sh', socat, socket],
  ...program,
];

/** Programs that honour none of these reach nothing. */
export function gateEnvironment({ credentials }: Gate): Readonly<Record<string, string>> {
  const proxy = `http://${credentials}@127.0.0.1:${PORT}`;
  const own = 'localhost,127.0.0.1,::1';
  return {
    ...{
      HTTP_PROXY: proxy,
      http_proxy: proxy,
      HTTPS_PROXY: proxy,
      https_proxy: proxy,
      ALL_PROXY: proxy,
      all_proxy: proxy,
    },
    ...{ NO_PROXY: own, no_proxy: own },
    NODE_USE_ENV_PROXY: '1',
  };
}
