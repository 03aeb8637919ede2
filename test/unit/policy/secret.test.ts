/** What counts as a secret in text, and what does not. Secrets here are made of pieces, so that no scanner takes this file for a leak. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import * as z from 'zod';
import { redactAll, redactSecrets, secretsIn } from '../../../src/agent/policy/secret.ts';
import { row } from '../journal/cases.ts';

const of = (...parts: readonly string[]): string => parts.join('');
const letters = (count: number): string => 'a1B2c3D4e5F6g7H8'.repeat(Math.ceil(count / 16)).slice(0, count);

type Around = (secret: string) => string;
type Row = readonly [kind: string, secret: string, around?: Around];

const SECRETS: readonly Row[] = [
  ['github', of('gh', 'p_', letters(36))],
  ['github', of('gh', 'o_', letters(36)), (s) => `https://${s}@github.com/a/b.git`],
  ['github', of('github', '_pat_', letters(22), '_', letters(59))],
  ['gitlab', of('glp', 'at-', letters(20))],
  ['openai', of('sk', '-proj-', letters(48))],
  ['openai', of('sk', '-', letters(48))],
  ['anthropic', of('sk', '-ant-api03-', letters(80), '-_x')],
  ['aws', of('AK', 'IAIOSFODNN7EXAMPLE')],
  ['google', of('AI', 'za', letters(35))],
  ['google', of('GOC', 'SPX-', letters(28))],
  ['slack', of('xo', 'xb-', '123456789012-', letters(24))],
  ['slack', of('T00000000/B00000000/', letters(24)), (s) => of('https://hooks.slack', '.com/services/', s)],
  ['stripe', of('sk', '_live_', letters(24))],
  ['npm', of('np', 'm_', letters(36))],
  ['pypi', of('py', 'pi-', letters(80))],
  ['huggingface', of('h', 'f_', letters(34))],
  ['sendgrid', of('S', 'G.', letters(22), '.', letters(43))],
  ['jwt', of('ey', 'J', letters(20), '.ey', 'J', letters(40), '.', letters(43))],
  ['private-key', of('-----BEGIN RSA ', 'PRIVATE KEY-----\n', 'MIIEowIBAAKCAQEA\n', '-----END RSA PRIVATE KEY-----')],
  [
    'private-key',
    of('-----BEGIN ', 'PRIVATE KEY-----\\n', 'MIIEowIBAAKCAQEA\\n', '-----END PRIVATE KEY-----'),
    JSON.stringify,
  ],
  ['authorization', 'abc.def.ghi', (s) => `Authorization: Bearer ${s}`],
  ['authorization', 'dXNlcjpwYXNz', (s) => `"authorization": "Basic ${s}"`],
  ['authorization', letters(40), (s) => `curl -H 'X: Bearer ${s}'`],
  ['password', 'hunter2', (s) => `postgres://app:${s}@db.example:5432/x`],
  ['password', 'p:ss', (s) => `git clone https://me:${s}@example.com/x`],
  ['value', 'correcthorsebatterystaple', (s) => `DB_PASSWORD=${s}\nPORT=1`],
  ['value', letters(20), (s) => `export GITHUB_TOKEN="${s}"`],
  ['value', letters(40), (s) => `aws_secret_access_key = ${s}`],
  ['value', letters(30), (s) => `{ "clientSecret": "${s}", "id": 1 }`],
  ['value', letters(30), (s) => `{\\"api_key\\": \\"${s}\\"}`],
  ['value', letters(30), (s) => `x-api-key: ${s}`],
  ['value', letters(30), (s) => `GET /v1?user=1&access_token=${s}&page=2`],
  ['value', `${letters(62)}==`, (s) => `AccountName=x;AccountKey=${s};EndpointSuffix=y`],
];

const NOT_SECRET: readonly string[] = [
  'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
  'id 123e4567-e89b-12d3-a456-426614174000',
  'OPENAI_API_KEY=your-key-here',
  'OPENAI_API_KEY=your-very-own-api-key-goes-here-1',
  'API_KEY=xxxxxxxxxxxxxxxxxxxxxxx',
  'API_TOKEN=$GITHUB_TOKEN_OF_THE_JOB_12',
  `TOKEN=\${{ secrets.GITHUB_TOKEN }}`,
  'const apiKey = process.env.OPENAI_API_KEY_V2;',
  'const token = readTheTokenFromSomewhere2(file);',
  'password: getPasswordFromTheKeychain',
  'SECRET_FILE=/home/me/.config/secret-file-1',
  '"total_tokens": 12345678901234567890',
  'tokenizer: cl100k_base_2024_model_x',
  'Authorization: Bearer <token>',
  `headers: { Authorization: \`Bearer \${token}\` }`,
  'https://example.com:8080/a/b@c',
  'http://user:$PASSWORD@host/',
  'PWD=/usr/lib/node_modules/something2',
  'task-runner sk-ip the task',
  'if (text.includes("-----BEGIN RSA PRIVATE KEY-----")) refuse("no keys, please");',
  'sha512-3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==',
];

describe('redactSecrets', () => {
  const plain: Around = (secret) => `before ${secret} after`;
  const cases = SECRETS.map(([kind, secret, around = plain]) => ({ kind, secret, around }));
  test.each(cases)('takes out $kind: $secret', ({ kind, secret, around }) => {
    const text = around(secret);
    const shown = redactSecrets(text);
    expect(shown).not.toContain(secret);
    expect(shown).toMatch(new RegExp(`«secret:${kind}:[0-9a-f]{4}»`));
    const [before = '', after = ''] = around('@@@').split('@@@');
    expect(shown.startsWith(before)).toBe(true);
    expect(shown.endsWith(after)).toBe(true);
    expect(redactSecrets(shown)).toBe(shown);
  });

  test.each(NOT_SECRET)('leaves alone: %s', (text) => expect(redactSecrets(text)).toBe(text));

  it('gives the same secret the same name, and another one another', () => {
    const [one, two] = [of('gh', 'p_', letters(36)), of('gh', 'p_', letters(35), 'z')];
    const shown = redactSecrets(`${one} ${two} ${one}`);
    const [a, b, c] = shown.split(' ');
    expect(a).toBe(c);
    expect(a).not.toBe(b);
    expect(secretsIn(shown)).toEqual([a, b]);
  });

  it('keeps JSON valid', () => {
    const value = {
      env: `API_TOKEN="${letters(30)}"\nA=1`,
      key: of('-----BEGIN ', 'PRIVATE KEY-----\nMIIEow\n'),
      n: [1],
    };
    const shown = redactSecrets(JSON.stringify(JSON.stringify(value)));
    expect(JSON.parse(JSON.parse(shown))).toEqual({
      env: expect.stringMatching(/^API_TOKEN="«secret:value:....»"\nA=1$/),
      key: expect.stringContaining('«secret:private-key:'),
      n: [1],
    });
    expect(redactAll(value)).toEqual(JSON.parse(JSON.parse(shown)));
  });

  test(row('jr-secret-at-rest', 'a token in the output of a command'), () => {
    const token = of('gh', 'p_', letters(36));
    expect(redactSecrets(`$ gh auth token\n${token}\nexit 0`)).not.toContain(token);
  });

  // Texts on which a regex that backtracks would take minutes; counted in characters, so twice the text may take twice the time.
  test.each([
    'eyJ_',
    'eyJa.',
    'token=',
    'token=your-',
    'a.',
    'authorization: ',
    'bearer ',
    'bearer a',
    'http://a:',
    'sk-',
    'gh',
    'AIza',
    '-----BEGIN PRIVATE KEY-----\nabcd',
    '-----BEGIN ',
    'password = "',
    'x',
    ' ',
    '\\"',
    'glpat-',
    'pypi-',
    'SG.',
    '\\n',
  ])('takes no longer than the text is long: %j', (piece) => {
    const took = (size: number) => {
      const text = piece.repeat(Math.ceil(size / piece.length));
      const from = performance.now();
      redactSecrets(text);
      return performance.now() - from;
    };
    took(10_000);
    expect(took(1_000_000)).toBeLessThan(3_000);
  });
});

describe('the cases of area secret', () => {
  const Row = z.object({
    id: z.string(),
    area: z.literal('secret'),
    expect: z.enum(['redact', 'allow']),
    input: z.object({
      sink: z.enum(['transcript', 'stream', 'terminal']),
      text: z.string().optional(),
      textParts: z.array(z.string()).optional(),
      chunks: z.array(z.string()).optional(),
    }),
  });
  const rows = readFileSync(path.join(import.meta.dirname, '../../cases/security-cases.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => {
      const parsed = Row.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    });

  it('are all here', () => expect(rows).toHaveLength(13));

  test.each(rows)('$id: $expect', ({ input, expect: expected }) => {
    const text = input.text ?? (input.textParts ?? input.chunks ?? []).join('');
    const shown = redactSecrets(text);
    if (expected === 'allow') return expect(shown).toBe(text);
    expect(shown).toContain('«secret:');

    const last = (input.textParts ?? input.chunks ?? []).at(-1) ?? '';
    for (const word of last.match(/[A-Za-z0-9]{20,}/g) ?? []) if (/\d/.test(word)) expect(shown).not.toContain(word);
  });
});
