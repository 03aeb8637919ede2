/** A command that may reach some domains only: what passes, and that everything else does not, for real where bubblewrap works. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Confinement } from '../../../src/agent/ports.ts';
import { findRipgrep } from '../../../src/headless/ports/ripgrep.ts';
import { passes } from '../../../src/headless/ports/sandbox/domain-filter.ts';
import { nodeSandbox } from '../../../src/headless/ports/sandbox/sandbox.ts';
import { nodeShell } from '../../../src/headless/ports/shell.ts';
import { scratchFolder } from './scratch.ts';

describe('the list', () => {
  test.each([
    ['example.org', 443, ['example.org'], true],
    ['example.org', 80, ['example.org'], false],
    ['example.org', 80, ['http://example.org'], true],
    ['example.org', 8443, ['example.org'], false],
    ['example.org', 8443, ['example.org:8443'], true],
    ['a.example.org', 443, ['example.org'], false],
    ['a.example.org', 443, ['*.example.org'], true],
    ['example.org.evil.test', 443, ['example.org'], false],
    ['evilexample.org', 443, ['*.example.org'], false],
    ['EXAMPLE.ORG.', 443, ['example.org'], true],
    ['example.org', 22, ['example.org:22'], false],
    ['169.254.169.254', 80, ['http://169.254.169.254', '169.254.0.0/16'], false],
    ['::1', 443, ['example.org'], false],
    ['0x7f.1', 443, ['example.org'], false],
    ['a b', 443, ['example.org'], false],
    ['example.org', 443, [], false],
  ] as const)('%s:%i of %j: %s', (host, port, list, does) => expect(passes(host, port, [list])).toBe(does));

  test('of several that are in use, each must name the host', () => {
    expect(passes('a.org', 443, [])).toBe(false);
    for (const host of ['a.org#.b.org', 'a.org/x', 'a.org?x.b.org', 'x@a.org', 'a.org\\x'])
      expect(passes(host, 443, [['a.org']]), host).toBe(false);
    expect(passes('a.org', 443, [['a.org'], ['a.org', 'b.org']])).toBe(true);
    expect(passes('b.org', 443, [['a.org'], ['a.org', 'b.org']])).toBe(false);
  });
});

const NO_SOCAT = { bwrap: ['/usr/bin/bwrap'], 'sandbox-exec': [], socat: [] };
const ripgrep = await findRipgrep();
const state = await nodeSandbox({ root: tmpdir(), ripgrep }).state();

test('where something for it is missing it is not offered, and nothing runs without it', async () => {
  if (state.kind !== 'bubblewrap') return;
  const root = await scratchFolder('no-socat');
  const sandbox = nodeSandbox({ root, ripgrep, programs: NO_SOCAT });
  const allOrNothing = 'install the package "socat" to let a command reach the domains on your list.';
  expect(await sandbox.state()).toEqual({ kind: 'bubblewrap', allOrNothing });
  const { end } = await nodeShell({ sandbox }).run(
    { command: 'echo ran', cwd: root, timeoutMs: 20_000, sandbox: { network: true, domains: ['example.org'] } },
    () => undefined,
    AbortSignal.any([]),
  );
  expect(end).toEqual({ kind: 'failed', message: `it was to reach some domains only: ${allOrNothing}` });
});

describe.skipIf(state.kind !== 'bubblewrap' || state.allOrNothing !== undefined)('for real', () => {
  let server: Server;
  let port = 0;
  let root = '';
  beforeAll(async () => {
    root = await scratchFolder('domains');
    server = createServer((request, response) => response.end(`${request.headers.host} answers`));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => server.close());

  const run = (command: string, sandbox: Confinement) =>
    nodeShell({ sandbox: nodeSandbox({ root, ripgrep }) }).run(
      { command, cwd: root, timeoutMs: 30_000, sandbox },
      () => undefined,
      AbortSignal.any([]),
    );

  /** Asks the proxy for each address, as a program does that honours the variables. */
  const asking = (...urls: readonly string[]): string => `node -e '
    const http = require("http");
    const { hostname, port, username, password } = new URL(process.env.HTTP_PROXY);
    const login = "Basic " + Buffer.from(username + ":" + password).toString("base64");
    const ask = (url, authorization) => new Promise((done) => {
      const headers = authorization ? { "proxy-authorization": authorization } : {};
      http.get({ host: hostname, port, path: url, headers: { ...headers, host: new URL(url).host } }, (reply) => {
        let text = "";
        reply.on("data", (bytes) => (text += bytes)).on("end", () => done(reply.statusCode + (reply.statusCode === 200 ? " " + text : "")));
      }).on("error", (error) => done(error.code));
    });
    (async () => {
      for (const url of ${JSON.stringify(urls)}) console.log(await ask(url, login));
      console.log("stranger", await ask(${JSON.stringify(urls[0])}));
      http.get("http://127.0.0.1:${port}/").on("error", (error) => console.log("directly", error.code)).on("response", () => console.log("directly!"));
    })();
  '`;

  test('what is listed is reached, nothing else is, and nothing directly', async () => {
    const { end, output } = await run(
      asking(`http://localhost:${port}/`, `http://127.0.0.1:${port}/`, 'http://example.org/'),
      {
        network: true,
        domains: [`http://localhost:${port}`],
      },
    );
    expect({ end, output: output.split('\n') }).toEqual({
      end: { kind: 'exit', code: 0 },
      output: [`200 localhost:${port} answers`, '403', '403', 'stranger 407', 'directly ECONNREFUSED'],
    });
  });

  test('the list counts as it is now, the command’s own exit code is kept, and its loopback is its own', async () => {
    const { end, output } = await run(`${asking(`http://localhost:${port}/`)}; exit 7`, {
      network: true,
      domains: ['example.org'],
    });
    expect({ end, output: output.split('\n')[0] }).toEqual({ end: { kind: 'exit', code: 7 }, output: '403' });
  });
});
