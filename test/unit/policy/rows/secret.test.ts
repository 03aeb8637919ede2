/** Keys beyond the case file. They are made of pieces, so that no scanner takes this file for a leak. */
import { describe, expect, it, test } from 'vitest';
import { redactSecrets } from '../../../../src/agent/policy/secret.ts';
import { decidedBy, judgeKeyUse, keyNameOf } from '../../../../src/agent/policy/setting.ts';
import { rulings } from './table.ts';

const of = (...parts: readonly string[]): string => parts.join('');
const mixed = (count: number): string => 'a1B2c3D4e5F6g7H8'.repeat(Math.ceil(count / 16)).slice(0, count);
const hex = (count: number): string => '0f1e2d3c4b5a6978'.repeat(Math.ceil(count / 16)).slice(0, count);
const upper = (count: number): string => 'A1B2C3D4E5F6G7H8'.repeat(Math.ceil(count / 16)).slice(0, count);

const SECRETS: readonly string[] = [
  of('gh', 'u_', mixed(36)),
  of('gh', 's_', mixed(36)),
  of('gh', 'r_', mixed(76)),
  of('gl', 'rt-', mixed(20)),
  of('gl', 'oas-', mixed(64)),
  of('gl', 'dt-', mixed(20)),
  of('AS', 'IA', 'ABCDEFGHIJKLMNOP'),
  of('AB', 'IA', 'ABCDEFGHIJKLMNOP'),
  of('ya', '29.', mixed(60)),
  of('1/', '/0', mixed(60)),
  of('xo', 'xp-', '12345678901-', mixed(30)),
  of('xo', 'xc-', mixed(40)),
  of('xo', 'xe.xoxp-1-', mixed(60)),
  of('xa', 'pp-1-', mixed(40)),
  of('rk', '_live_', mixed(24)),
  of('wh', 'sec_', mixed(32)),
  of('SK', hex(32)),
  of('ke', 'y-', hex(32)),
  of(hex(32), '-us', '12'),
  of('do', 'p_v1_', hex(64)),
  of('da', 'pi', hex(32)),
  of('sh', 'pat_', hex(32)),
  of('sq', '0csp-', mixed(43)),
  of('hv', 's.', mixed(24)),
  of(mixed(14), '.atl', 'asv1.', mixed(64)),
  of('gl', 'sa_', mixed(32), '_', hex(8)),
  of('AT', 'ATT3', mixed(60)),
  of('dc', 'kr_pat_', mixed(27)),
  of('AGE-SECRET', '-KEY-1', upper(58)),
  of('NR', 'AK-', upper(27)),
  of('pa', 't', mixed(14), '.', hex(64)),
  of('oy', '2', 'a1b2c3d4'.repeat(6).slice(0, 43)),
  of('gs', 'k_', mixed(52)),
  of('xa', 'i-', mixed(80)),
  of('pp', 'lx-', mixed(48)),
  of('r8', '_', mixed(37)),
  of('sn', 'trys_', mixed(60)),
  of('sb', 'p_', hex(40)),
  of('li', 'n_api_', mixed(40)),
  of('fi', 'gd_', mixed(40)),
  of('MT', 'A1B2c3D4e5F6g7H8a1B2c3D4', '.Xy1z2A.', mixed(38)),
  of('123456789', ':AA', mixed(33)),
  of('abc', '8Q~', mixed(34)),
  of('ey', 'JhbGciOiJIUzI1NiJ9.ey', 'JzdWIiOiIxMjM0In0.', mixed(43)),
  of('ey', 'JhbGciOiJIUzI1NiJ9.ey', 'JzdWIiOiIxIn0.sig'),
  of('ey', 'JhbGciOiJub25lIn0.ey', 'JzdWIiOiJyb290In0.'),
  `https://discord.com/api/webhooks/123456789012345678/${mixed(68)}`,
  `https://x.blob.core.windows.net/c?sv=2024&sig=${mixed(43)}%3D`,
  `https://b.s3.amazonaws.com/k?X-Amz-Signature=${hex(64)}`,
  of('redis', '://:', 'hunter22@cache:6379/0'),
  of('mongodb+srv', '://app:', 's3cret@cluster0.example.net/db'),
  of('amqps', '://u:', 'p%40ss@mq.example'),
  'Server=db;Database=x;User Id=sa;Password=Secr3t!;Encrypt=true',
  'Data Source=db;Uid=app;Pwd=Hunter2;',
  'machine api.example login me password hunter2',
  '//registry.npmjs.org/:_auth=dXNlcjpwYXNzd29yZA==',
  'curl -u admin:hunter22 https://ok.example/',
  'curl https://ok.example --user "admin:hunter22"',
  `Set-Cookie: sessionid=${mixed(32)}; HttpOnly`,
  'authorization: Basic dXNlcjpwYXNz',
  `{"Authorization":"Bearer ${mixed(40)}"}`,
  'SharedAccessKeyName=x;SharedAccessKey=A1b2A1b2A1b2A1b2A1b2A1b2A1b2=',
  `AWS_SECRET_ACCESS_KEY=${mixed(40)}`,
  of('-----BEGIN EC ', 'PRIVATE KEY-----\nMHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY'),
  of('-----BEGIN ENCRYPTED ', 'PRIVATE KEY-----\nMIIFHDBOBgkqhkiG9w0BBQ0w\n-----END ENCRYPTED PRIVATE KEY-----'),
  of('-----BEGIN PGP ', 'PRIVATE KEY BLOCK-----\n\nlQOYBF\n-----END PGP PRIVATE KEY BLOCK-----'),
];

const PLAIN: readonly string[] = [
  'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
  'tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904 (sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855)',
  '123e4567-e89b-12d3-a456-426614174000',
  'OPENAI_API_KEY=your-key-here',
  'API_KEY=<your api key>',
  of('GITHUB_TOKEN=$', '{{ secrets.GITHUB_TOKEN }}'),
  'NODE_ENV=production',
  'NODE_OPTIONS=--max-old-space-size=4096',
  '"integrity": "sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg=="',
  'h1:VUgggvou5XRW9mHwD/yXxIYSMtY0zoKQf/v226p2nyo=',
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'const token = await getToken(session.id);',
  'password: z.string().min(8)',
  'https://user@example.com/repo.git',
  'https://example.com/?sig=1&page=2',
  'the bearer of this token is not known',
  'sk-learn is a library; risk-averse people use it',
  'pk_live_ keys are public',
  'import { pat } from "./pattern";',
  'xoxo, the team',
  'key-value pairs; key-frames',
  'const user = "x"; const password = readPassword();',
  'Password must have at least 8 characters',
  'Cookie: theme=dark; lang=en',
  'npm_config_registry=https://registry.npmjs.org/',
  'ghp_short',
  'AKIA is how keys begin',
  'eyJhbGciOiJIUzI1NiJ9',
  '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----',
  '-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n-----END CERTIFICATE-----',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB8Ht8Z3j6yDWPBHQtOp me@host',
  'f47ac10b58cc4372a5670e02b2c3d479 us-east-1',
];

describe('text', () => {
  rulings(
    'secret',
    SECRETS.flatMap((text) => [
      ['redact', { sink: 'transcript', text }] as const,
      ['redact', { sink: 'terminal', textParts: ['before\n', text.slice(0, 5), text.slice(5), '\nafter'] }] as const,
      ['redact', { sink: 'stream', chunks: [...text] }] as const,
    ]),
  );
  rulings(
    'secret',
    PLAIN.map((text) => ['allow', { sink: 'log', text }] as const),
  );
});

rulings('secret', [
  ['redact', { sink: 'telemetry', text: 'npm test failed' }],
  ['redact', { sink: 'telemetry' }],
  ['redact', { sink: 'export' }],
  ['allow', { sink: 'export', text: 'nothing secret' }],
  ['redact', { sink: 'env', env: { GITHUB_TOKEN: 'x', PATH: '/bin' } }],
  ['redact', { sink: 'env', env: { DATABASE_URL: of('postgres', '://a:', 'hunter22@db/x') } }],
  ['allow', { sink: 'env', env: { PATH: '/bin', KEYBOARD_LAYOUT: 'de', NODE_ENV: 'production' } }],
  ['redact', { env: ['PATH=/bin', 'NPM_TOKEN=x'] }],
  ['allow', { env: ['PATH=/bin', 'LANG=C'] }],
  ['redact', { headers: { Authorization: 'Bearer x' } }],
  ['allow', { headers: { Accept: 'text/plain' } }],
  ['redact', { sink: 'log' }],
  ['deny', { sink: 'settings', key: 'goalwright.api_key' }],
  ['deny', { sink: 'settings', key: 'openai.token' }],
  ['deny', { sink: 'settings', key: 'x.clientSecret' }],
  ['allow', { sink: 'settings', key: 'goalwright.notifications' }],
  ['allow', { sink: 'secretStorage', key: 'ourAgent.apiKey' }],
  ...[
    'goalwright.model.baseUrl=https://evil.example',
    'goalwright.model.headers={"x":"y"}',
    'http.proxy=http://evil.example:8080',
    'ourAgent.apiBase: https://evil.example',
    'ourAgent.executablePath=./evil',
    'git.path=./git',
    'goalwright.mode=continuous',
    'chat.tools.autoApprove=true',
    'goalwright.limits.cost=1000',
    'goalwright.allow.commands=true',
    'http.proxyStrictSSL=false',
    'terminal.integrated.env.linux={"LD_PRELOAD":"x"}',
  ].map((workspaceSetting) => ['deny', { workspaceSetting }] as const),
  ['allow', { workspaceSetting: 'editor.tabSize=2' }],
  ['allow', { workspaceSetting: 'files.eol=\\n' }],
  ['allow', { key: 'stored for api.openai.com', requestHost: 'api.openai.com' }],
  ['allow', { key: 'stored for https://api.openai.com/v1', requestHost: 'https://API.openai.com/v1/models' }],
  ...[
    'evil.example',
    'api.openai.com.evil.example',
    'openai.com',
    'api.openai.com:8443',
    'api.openai.com@evil.example',
    'xn--api-openai.com',
    '',
  ].map((requestHost) => ['deny', { key: 'stored for api.openai.com', requestHost }] as const),
]);

it('a key is stored under its host and port', () => {
  expect(keyNameOf('https://api.openai.com/v1')).toBe('apiKey:api.openai.com');
  expect(keyNameOf('http://localhost:11434/v1')).toBe('apiKey:localhost:11434');
  expect(judgeKeyUse('http://localhost:11434/v1', 'http://localhost:1234/v1').verdict).toBe('deny');
});

test.each([
  ...SECRETS,
  '_auth=',
  'curl -u a:',
  'machine a login b password ',
  'server=a;',
  'Cookie: sid=',
  '1//0',
  'PuTTY-User-Key-File-3: ',
  'A.',
  '8Q~',
  '123456789:AA',
  'discord.com/api/webhooks/1',
  'gsk_',
  'eyJ.eyJ.',
])('a megabyte of %j takes seconds at most', (piece) => {
  const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
  const from = performance.now();
  redactSecrets(text);
  expect(performance.now() - from).toBeLessThan(6_000);
});

it('what package.json lets a folder set decides nothing that is the person’s', async () => {
  const { default: manifest } = await import('../../../../package.json', { with: { type: 'json' } });
  const settings = Object.entries<{ readonly scope?: string }>(manifest.contributes.configuration.properties);
  const open = settings.filter(([, { scope }]) => scope !== 'machine' && scope !== 'application');
  expect(open.filter(([name]) => decidedBy(name) !== undefined)).toEqual([]);
  expect(decidedBy('goalwright.model.baseUrl')).toBe('where requests go');
});
