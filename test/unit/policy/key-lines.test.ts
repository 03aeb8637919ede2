/** Private keys as tools show them: no line of one is left, and what only looks like one stays. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { redactSecrets } from '../../../src/agent/policy/secret.ts';

/** As long as one of 2,048 bits, and the same every time. */
const body = Buffer.concat(Array.from({ length: 19 }, (_, at) => createHash('sha512').update(`${at}`).digest()))
  .subarray(0, 1192)
  .toString('base64')
  .replace(/(.{64})/g, '$1\n');
const pem = (kind: string): string => `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----\n`;
const key = { privateKey: pem('RSA PRIVATE KEY'), publicKey: pem('PUBLIC KEY') };
const lines = key.privateKey.trim().split('\n');
const bodies = lines.slice(1, -1);

test.each([
  ['numbered', (line: string, at: number) => `${at + 1}\t${line}`],
  ['a diff', (line: string) => `-${line}`],
  ['a search', (line: string, at: number) => `src/key.ts:${at + 1}:${line}`],
  ['a comment', (line: string) => ` * ${line}`],
  ['a log', (line: string) => `2024-01-01T10:00:00.123Z web_1 | ${line}`],
  ['blame', (line: string, at: number) => `abcdef12 (Jane Doe 2024-01-01 10:00:00 +0100 ${at + 1}) ${line}`],
  ['a program', (line: string) => `  "${line}\\n" +`],
] as const)('each line in %s', (_, shown) => {
  const all = lines.map(shown);
  for (const text of [all, all.slice(0, 9), all.slice(2), all.slice(2, 9)].map((part) => part.join('\n'))) {
    const left = redactSecrets(text);
    for (const body of bodies.slice(0, -1)) expect(left).not.toContain(body);
    if (text.includes('END')) expect(left).not.toContain(bodies.at(-1));
    expect(redactSecrets(left)).toBe(left);
  }
});

test('in one line, and in base64', () => {
  for (const text of [
    lines.join(' '),
    lines.join(''),
    `['${lines.join("', '")}']`,
    key.privateKey.replaceAll('\n', '&#10;'),
  ])
    for (const body of bodies.slice(0, -1)) expect(redactSecrets(text)).not.toContain(body);
  const encoded = Buffer.from(key.privateKey).toString('base64');
  expect(redactSecrets(`tls.key: ${encoded}`)).not.toContain(encoded.slice(60, 120));
});

test('what is no private key stays as it is', () => {
  const sums = Array.from({ length: 5 }, (_, at) => `integrity="sha384-${bodies[at]}"`);
  for (const text of [
    key.publicKey,
    key.publicKey.replaceAll('PUBLIC KEY', 'CERTIFICATE').replace(/^/gm, '# '),
    `-----BEGIN CERTIFICATE-----\n${bodies.join('\n')}\nAAAA+short\n${bodies.join('\n')}\n-----END CERTIFICATE-----\n`,
    sums.join('\n'),
    `const head = '-----BEGIN PRIVATE KEY-----';\nfunction convertArrayBufferToBinaryStringOfAnyLength1() {}\nconst foot = '-----END PRIVATE KEY-----';`,
    `${'0123456789abcdef'.repeat(4)}\n`.repeat(6),
    `${bodies[0]}\nbetween\n${bodies[1]}`,
  ])
    expect(redactSecrets(text)).toBe(text);
});

test('takes no longer than the text is long', () => {
  const text = `-----BEGIN PRIVATE KEY\n${`${bodies[0]}\n`.repeat(3)}`.repeat(10_000);
  const begun = performance.now();
  redactSecrets(text);
  const once = performance.now() - begun;
  redactSecrets(text + text);
  expect(performance.now() - begun - once).toBeLessThan(once * 8 + 1_000);
});
