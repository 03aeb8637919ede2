/** Which values of environment files and of the environment are secrets, and that nothing else is touched. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactorOf, secretsOfFile, secretsOfProcess } from '../../../src/agent/policy/known-secrets.ts';
import { redactSecrets, secretsIn } from '../../../src/agent/policy/secret.ts';
import { compile } from '../../../src/headless/ports/secret-patterns.ts';

const GITHUB = ['gh', 'p_', 'a1B2'.repeat(9)].join('');

describe('of an environment file', () => {
  test.each([
    ['DB_PASS', 'tulip-42-meadow'],
    ['DATABASE_PASSWORD', 'hunter2!x'],
    ['STRIPE_KEY', 'k7Jw9QmZ2r'],
    ['SESSION_SECRET', 'correct horse battery staple'],
    ['JWT_SECRET', 'abcdefghijklmnopqrst'],
    ['AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCY9kTq2LwZ0aB'],
    ['AUTH_SECRET', '/K7MDENGbPxRfi/CY9kTq2LwZ0aBwJalrXUtnFEMI='],
    ['APP_KEY', 'base64:9f8Qk2Lr5tYw1ZxC3vBn7M=='],
    ['MAILER', '9f8Qk2Lr5tYw1ZxC3vBn7M'],
    ['CLIENT_SECRET', '123e4567-e89b-12d3-a456-426614174000'],
    ['GITHUB_TOKEN', GITHUB],
  ])('%s is a secret', (name, value) => {
    expect(secretsOfFile({ [name]: value })).toEqual([value]);
  });

  test.each([
    ['DATABASE_URL', 'postgres://app:s3cr3t-pw@db.internal:5432/app', ['s3cr3t-pw']],
    ['DATABASE_URL', 'postgres://app:p%40ss%2Fw0rd@db/app', ['p%40ss%2Fw0rd', 'p@ss/w0rd']],
    [
      'SENTRY_DSN',
      'https://0a1b2c3d4e5f60718293a4b5c6d7e8f9@o1.ingest.sentry.io/1',
      ['0a1b2c3d4e5f60718293a4b5c6d7e8f9'],
    ],
  ])('the login in %s is', (name, value, secrets) => {
    expect(secretsOfFile({ [name]: value })).toEqual(secrets);
  });

  test.each([
    ['NODE_ENV', 'production'],
    ['PORT', '3000'],
    ['DEBUG', 'true'],
    ['API_URL', 'https://api.example.com/v1/things'],
    ['DATABASE_URL', 'postgres://localhost:5432/app_test'],
    ['DATABASE_URL', 'postgres://postgres:postgres@localhost/app'],
    ['LOG_FILE', '/var/log/application/app-2.log'],
    ['KEY_FILE', './certs/server-2026.pem'],
    ['DATA_DIR', 'C:\\Users\\me\\data-2026-v1'],
    ['AWS_REGION', 'eu-central-1'],
    ['DB_HOST', 'db-primary-1.internal.example.com'],
    ['REDIS', 'redis-primary:6379'],
    ['RELEASE', 'v1.12.3-beta.4+build.77'],
    ['GIT_COMMIT', '9fceb02d0ae598e95dc970b74767f19372d61af8'],
    ['IMAGE', 'node:24-bookworm-slim'],
    ['FEATURES', 'checkout-flow,dark-mode,new-search'],
    ['TITLE', 'The 2026 edition of our shop'],
    ['CONTACT', 'someone.else2026@example.com'],
    ['TENANT', '123e4567-e89b-12d3-a456-426614174000'],
    ['NEXT_PUBLIC_API_KEY', '9f8Qk2Lr5tYw1ZxC3vBn7M'],
    ['DB_PASSWORD', 'postgres'],
    ['DB_PASSWORD', 'short1!'],
    ['API_KEY', 'your-api-key-here-12345'],
    ['API_KEY', ''],
    ['TZ', 'Europe/Berlin'],
    ['TLS_KEY', 'certs/server-2026.pem'],
    ['TOKEN', '/run/secrets/token-2026'],
    ['CACHE_KEY', 'users:v2:all'],
    ['ROLE', 'arn:aws:iam::123456789012:role/deploy'],
    ['OPTIONS', '{"a":1,"b":"c2","d":[3]}'],
    ['DSN', 'mysql:host=localhost;dbname=test;port=3307'],
    ['IMAGE', 'ghcr.io/acme/web:1.2.3'],
    ['BUCKET', 'my-company-assets-2024'],
  ])('%s=%s is none', (name, value) => {
    expect(secretsOfFile({ [name]: value })).toEqual([]);
  });
});

test('of the environment only what is long and secretly named', () => {
  const env = {
    PATH: '/usr/bin:/bin',
    SSH_AUTH_SOCK: '/tmp/ssh-XXXX/agent.1234567',
    OPENAI_API_KEY: '9f8Qk2Lr5tYw1ZxC3vBn7M',
    DB_PASSWORD: 'hunter2!x',
    LONG: '9f8Qk2Lr5tYw1ZxC3vBn7M0000',
    HTTP_PROXY: 'http://me:pass-word1@proxy:3128',
  };
  expect(secretsOfProcess(env)).toEqual(['9f8Qk2Lr5tYw1ZxC3vBn7M']);
});

const VALUES = ['tulip-42-meadow', 'k7Jw9QmZ2r', '9f8Qk2Lr5tYw1ZxC3vBn7M', 'line "1"\nline 2', GITHUB];
const redact = redactorOf(new Set(VALUES));

describe('a known value', () => {
  test('is replaced wherever it stands, by one name', () => {
    const name = secretsIn(redact('tulip-42-meadow'))[0];
    expect(name).toMatch(/^«secret:value:[0-9a-f]{4}»$/);
    expect(redact('DB_PASS=tulip-42-meadow\nlogin failed (tulip-42-meadow)')).toBe(
      `DB_PASS=${name}\nlogin failed (${name})`,
    );
    expect(redact('postgres://app:tulip-42-meadow@db/app')).toBe(`postgres://app:${name}@db/app`);
  });

  test('has the name of its shape, so that it is the same one everywhere', () => {
    expect(redact(`x ${GITHUB} y`)).toBe(redactSecrets(`x ${GITHUB} y`));
  });

  test('is found in JSON and in an address', () => {
    const told = redact(JSON.stringify({ is: 'line "1"\nline 2' }));
    expect(secretsIn(told)).toHaveLength(1);
    expect(redact(`?q=${encodeURIComponent('line "1"\nline 2')}`)).toMatch(/^\?q=«/);
  });

  test('that is short is not looked for within a word', () => {
    expect(redact('xk7Jw9QmZ2rY')).toBe('xk7Jw9QmZ2rY');
    expect(redact('"k7Jw9QmZ2r"')).toMatch(/^"«/);
  });

  test('and a text that was redacted before stays as it is', () => {
    const anything = fc.oneof(fc.string(), fc.constantFrom(...VALUES), fc.constantFrom('\n', ' ', '='));
    fc.assert(
      fc.property(fc.array(anything), (parts) => {
        const once = redact(parts.join('\n'));
        expect(redact(once)).toBe(once);
        for (const value of VALUES.filter((one) => one.length >= 16)) expect(once).not.toContain(value);
      }),
    );
  });
});

const repository = path.resolve(import.meta.dirname, '../../..');
const HASHES = Array.from(
  { length: 200 },
  (_, n) => `${(n * 2_654_435_761).toString(16).padStart(64, 'a')}  file-${n}.bin`,
);

test.each([
  ['our lock file', readFileSync(path.join(repository, 'package-lock.json'), 'utf8')],
  [
    'the lock file of what is installed',
    readFileSync(path.join(repository, 'node_modules/.package-lock.json'), 'utf8'),
  ],
  ['our manifest', readFileSync(path.join(repository, 'package.json'), 'utf8')],
  ['a table of hashes', HASHES.join('\n')],
  ['settings', 'NODE_ENV=production\nPORT=3000\nDEBUG=true\nAPI=https://api.example.com/\nLOG=/var/log/a.log\n'],
  [
    'a pnpm lock',
    'packages:\n  zod@4.1.13:\n    resolution: {integrity: sha512-AvvthqfqrAhNH9dnfmrfKzX5upOdjUVJYFqNSlkmGf64gRaTzlPwz99IHYnVs28qYAybvAlBV+H7pn0saFY4Ig==}\n',
  ],
  ['a go.sum', 'github.com/x/y v1.2.3 h1:2jJq0u1aVh3y9kPz8m5sV1cQ7rT4bW6nE0dF3gH5jK8=\n'],
])('%s stays byte for byte', (_, text) => expect(redact(text)).toBe(text));

describe("the person's patterns", () => {
  const own = (...patterns: unknown[]) => compile(patterns);
  const through = (...patterns: unknown[]) => redactorOf(new Set(), own(...patterns).find);

  test('are secrets as well: the whole match, or its first group', () => {
    expect(through('ACME-[0-9]{8}')('id ACME-12345678 ok')).toMatch(/^id «secret:value:[0-9a-f]{4}» ok$/);
    expect(through('pin is (\\d{4,})')('pin is 12345.')).toMatch(/^pin is «secret:value:[0-9a-f]{4}»\.$/);
  });

  test('overlapping ones take the longest at the first place', () => {
    expect(secretsIn(through('abc\\d+', 'abc\\d+-x')('abc123-x abc123'))).toHaveLength(2);
  });

  test.each([
    ['(', /missing/],
    ['(?<=a)b{8}', /invalid/],
    ['(a+)\\1', /escape/],
    ['a*', /nothing at all/],
    ['', /no text/],
    [7, /no text/],
    ['a'.repeat(501), /longer/],
  ])('%s is reported and does not count', (pattern, why) => {
    const { problems, find } = own('ACME-[0-9]{8}', pattern);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^Pattern 2 for secrets does not count: /);
    expect(problems[0]).toMatch(why);
    expect(find('ACME-12345678')).toHaveLength(1);
  });

  // Backtracking would take longer than the universe has; the steps of this are counted by the text alone.
  test.each(['(a+)+$b', '(a|aa)+c', '(.*)*x', '([a-z]+)*1'])(
    '%s takes no more time than the text is long',
    (pattern) => {
      expect(through(pattern)('a'.repeat(20_000))).toBe('a'.repeat(20_000));
    },
  );

  test('a name of a secret is not taken apart', () => {
    const once = through('[a-z]{4,}')(GITHUB);
    expect(through('[a-z]{4,}')(once)).toBe(once);
  });
});
