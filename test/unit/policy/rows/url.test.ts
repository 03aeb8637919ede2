/** Addresses beyond the case file: spellings, ranges, lists, redirects and answers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reachOf } from '../../../../src/agent/policy/address.ts';
import { judgeResponse, shownHeaders } from '../../../../src/agent/policy/response.ts';
import { judgeAnswers, judgeRedirect, judgeUrl, MAX_HOPS } from '../../../../src/agent/policy/url.ts';
import { type Expected, rulings } from './table.ts';

const url = (expected: Expected, text: string): readonly [Expected, unknown] => [expected, { url: text }];
const node = { allowDomains: ['nodejs.org'] };

rulings('url', [
  // this machine, in every spelling
  ...[
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0177.0.0.1:8080/',
    'http://0x7f000001/',
    'http://127.1/',
    'http://127.255.255.254/',
    'http://①②⑦.0.0.1/',
    'http://127.0.0.1./',
    'http://[::1]:3000/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://%31%32%37.0.0.1/',
    'http://app.localhost:5173/',
    'http://LOCALHOST/',
    'http://0.0.0.0:8000/',
  ].map((text) => url('ask', text)),
  // other networks
  ...[
    'http://10.0.0.1/',
    'http://10.1/',
    'http://172.16.5.4/',
    'http://172.31.255.255/',
    'http://192.168.0.1/admin',
    'http://3232235777/',
    'http://100.64.0.1/',
    'http://169.254.1.1/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fd12:3456::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[64:ff9b::10.0.0.1]/',
    'http://[64:ff9b:1::1]/',
    'http://[2002:0a00:0001::]/',
    'http://[2001:0:4136:e378:8000:63bf:f5ff:fffe]/',
    'http://[::10.0.0.1]/',
    'http://[2001:db8::1]/',
    'http://[ff02::1]/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://240.0.0.1/',
    'http://198.18.0.1/',
    'http://printer.local/',
    'http://wiki.corp/',
    'http://build.internal:8080/',
    'http://10.0.0.1.nip.io/',
    'http://app-192-168-1-5.sslip.io/',
    'http://localtest.me/',
  ].map((text) => url('deny', text)),
  // credentials of a cloud machine
  ...[
    'http://169.254.169.254/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376/',
    'http://169.254.170.2/v2/credentials',
    'http://100.100.100.200/latest/meta-data/',
    'http://168.63.129.16/',
    'http://metadata.google.internal/computeMetadata/v1/',
    'http://metadata.google.internal./',
    'http://METADATA/',
    'http://169.254.169.254.nip.io/',
  ].map((text) => url('deny', text)),
  // other schemes, ports, logins, nonsense
  ...[
    'ftp://ok.example/',
    'data:text/html,x',
    'javascript:alert(1)',
    'vscode://publisher.extension/run',
    'blob:https://ok.example/1',
    'view-source:https://ok.example/',
    'ws://ok.example/',
    'gopher://ok.example:70/',
    'http://ok.example:25/',
    'https://ok.example:6667/',
    'http://[::1]:22/',
    'http://user:pass@ok.example/',
    'https://nodejs.org@evil.example/',
    'http://',
    'nodejs.org/api',
    'http://999.1.1.1/',
    'http://[::1/',
    '',
    `https://ok.example/${'a'.repeat(9_000)}`,
  ].map((text) => url('deny', text)),
  // the person's list
  ['allow', { url: 'https://nodejs.org/', ...node }],
  ['allow', { url: 'https://NodeJS.org./api', ...node }],
  ['allow', { url: 'https://docs.nodejs.org/', allowDomains: ['*.nodejs.org'] }],
  ['allow', { url: 'https://a.b.nodejs.org/x?version=24', allowDomains: ['*.nodejs.org'] }],
  ['allow', { url: 'https://nodejs.org:8443/', allowDomains: ['nodejs.org:8443'] }],
  ['allow', { url: 'http://nodejs.org/', allowDomains: ['http://nodejs.org'] }],
  ['allow', { url: 'http://localhost:3000/', allowDomains: ['localhost:3000'] }],
  ['allow', { url: 'http://192.168.1.10/', allowDomains: ['192.168.1.0/24'] }],
  ['allow', { url: 'http://[fd12::5]/', allowDomains: ['[fd12::5]'] }],
  ['allow', { url: 'https://münchen.example/', allowDomains: ['xn--mnchen-3ya.example'] }],
  [
    'allow',
    { url: 'https://nodejs.org/', dns: [['93.184.216.34', '2606:2800:21f:cb07:6820:80da:af6b:8b2c']], ...node },
  ],
  ['ask', { url: 'https://docs.nodejs.org/', ...node }],
  ['ask', { url: 'https://nodejs.org/', allowDomains: ['*.nodejs.org'] }],
  ['ask', { url: 'https://nodejs.org:8443/', ...node }],
  ['ask', { url: 'http://nodejs.org/', ...node }],
  ['ask', { url: 'https://nodejs.orgevil.example/', ...node }],
  ['ask', { url: 'https://nodejs.org\\@evil.example/', ...node }],
  ['ask', { url: 'https://evil.example/nodejs.org', ...node }],
  ['ask', { url: 'https://evil.example#nodejs.org', ...node }],
  ['ask', { url: 'https://node\njs.org/', ...node }],
  ['ask', { url: 'https:nodejs.org/', ...node }],
  ['ask', { url: 'https://nodejs.org/', allowDomains: ['*', '*.org', 'org', ''] }],
  ['ask', { url: 'https://nоdejs.org/', ...node }],
  ['ask', { url: 'https://xn--80ak6aa92e.com/' }],
  ['ask', { url: `https://nodejs.org/?k=${'gh'}p_${'a1B2c3D4e5'.repeat(4)}`, ...node }],
  ['ask', { url: 'https://QVdTX1NFQ1JFVF9LRVk9YWJjZGVm.x.example.com/', allowDomains: ['*.example.com'] }],
  ['ask', { url: 'https://a.example.com/c29tZSBzZWNyZXQgdGV4dCBoZXJl', allowDomains: ['*.example.com'] }],
  ['deny', { url: 'http://169.254.169.254/', allowDomains: ['169.254.0.0/16', '169.254.169.254'] }],
  [
    'allow',
    { url: 'https://a.example.com/commit/9fceb02d0ae598e95dc970b74767f19372d61af8', allowDomains: ['*.example.com'] },
  ],
  [
    'allow',
    { url: 'https://a.example.com/guide/how-to-write-tests?lang=typescript&page=12', allowDomains: ['*.example.com'] },
  ],
  // what names resolve to
  ['ask', { url: 'https://ok.example/', dns: [['93.184.216.34']] }],
  ['ask', { url: 'http://localhost/', dns: [['127.0.0.1', '::1']] }],
  ['deny', { url: 'https://ok.example/', dns: [['93.184.216.34'], ['127.0.0.1']] }],
  ['deny', { url: 'https://ok.example/', dns: [['::ffff:192.168.0.1']] }],
  ['deny', { url: 'https://ok.example/', dns: [['fe80::1%eth0']] }],
  ['deny', { url: 'https://ok.example/', dns: [['0x7f.1']] }],
  ['deny', { url: 'https://ok.example/', dns: [[]] }],
  ['deny', { url: 'https://nodejs.org/', dns: [['10.0.0.1']], ...node }],
  // redirects
  ['allow', { url: 'https://nodejs.org/', redirects: ['/en', 'https://nodejs.org/en/docs'], ...node }],
  ['ask', { url: 'https://nodejs.org/', redirects: ['https://other.example/'], ...node }],
  ['ask', { url: 'https://nodejs.org/', redirects: ['//other.example/'], ...node }],
  ['ask', { url: 'https://nodejs.org/', redirects: ['http://nodejs.org/'], ...node }],
  ['deny', { url: 'https://nodejs.org/', redirects: ['http://[::ffff:10.0.0.1]/'], ...node }],
  ['deny', { url: 'https://nodejs.org/', redirects: ['data:text/html,x'], ...node }],
  ['deny', { url: 'https://nodejs.org/', redirects: ['https://ok.example/', 'http://10.0.0.1/'], ...node }],
  ['deny', { url: 'https://nodejs.org/', redirects: ['/1', '/2', '/3', '/4', '/5', '/6'], ...node }],
  // answers
  ['deny', { url: 'https://ok.example/', response: { encoding: 'br', wire: 172, inflated: 104857600 } }],
  ['deny', { url: 'https://ok.example/', response: { bytes: 20_000_000 } }],
  ['deny', { url: 'https://ok.example/', response: { encoding: 'gzip, gzip', contentType: 'text/plain' } }],
  ['deny', { url: 'https://ok.example/', response: { contentType: 'application/octet-stream' } }],
  ['deny', { url: 'https://ok.example/', response: { contentType: 'image/png' } }],
  ['deny', { url: 'https://ok.example/', response: { idleMs: 60_000 } }],
  ['deny', { url: 'http://10.0.0.1/', response: { contentType: 'text/plain' } }],
  ['sanitize', { url: 'https://ok.example/', response: { contentType: 'TEXT/HTML; charset=utf-8' } }],
  ['sanitize', { url: 'https://ok.example/', response: { contentType: 'image/svg+xml' } }],
  ['sanitize', { url: 'https://ok.example/', response: { contentType: 'text/plain', body: 'a\u200Bb' } }],
  ['allow', { url: 'https://nodejs.org/', response: { contentType: 'application/json', body: '{"a":1}' }, ...node }],
  [
    'allow',
    {
      url: 'https://nodejs.org/',
      response: { contentType: 'text/markdown', encoding: 'gzip', inflated: 9_000 },
      ...node,
    },
  ],
  ['redact', { url: 'https://ok.example/', headers: { Authorization: 'Bearer x' } }],
  ['redact', { url: 'https://nodejs.org/', headers: { 'x-api-key': 'x' }, ...node }],
  ['allow', { url: 'https://nodejs.org/', headers: { accept: 'text/plain' }, ...node }],
]);

const octet = fc.nat(255);
const PRIVATE = fc.oneof(
  fc.tuple(fc.constant(10), octet, octet, octet),
  fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
  fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
  fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
  fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
);
const hex = (value: number, width = 0) => value.toString(16).padStart(width, '0');
const whole = ([a, b, c, d]: readonly number[]) => (((a ?? 0) * 256 + (b ?? 0)) * 256 + (c ?? 0)) * 256 + (d ?? 0);
/** Every way a URL can spell an IPv4 address. */
const SPELLINGS: readonly ((bytes: readonly number[]) => string)[] = [
  (bytes) => bytes.join('.'),
  (bytes) => `${bytes.join('.')}.`,
  (bytes) => bytes.map((byte) => `0x${hex(byte)}`).join('.'),
  (bytes) => bytes.map((byte) => `0${byte.toString(8)}`).join('.'),
  (bytes) => `${whole(bytes)}`,
  (bytes) => `0x${hex(whole(bytes))}`,
  (bytes) => `0${whole(bytes).toString(8)}`,
  ([a = 0, b = 0, c = 0, d = 0]) => `${a}.${b}.${c * 256 + d}`,
  ([a = 0, b = 0, c = 0, d = 0]) => `${a}.${(b * 256 + c) * 256 + d}`,
  (bytes) => bytes.join('。'),
  (bytes) => `${bytes.join('.')}`.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  (bytes) => encodeURIComponent(bytes.join('.')).replace(/\d/g, (digit) => `%3${digit}`),
  (bytes) => `[::ffff:${bytes.join('.')}]`,
  ([a = 0, b = 0, c = 0, d = 0]) => `[0:0:0:0:0:FFFF:${hex(a)}${hex(b, 2)}:${hex(c)}${hex(d, 2)}]`,
  (bytes) => `[64:ff9b::${bytes.join('.')}]`,
  ([a = 0, b = 0, c = 0, d = 0]) => `[2002:${hex(a, 2)}${hex(b, 2)}:${hex(c, 2)}${hex(d, 2)}::1]`,
  (bytes) => `[::ffff:0:${bytes.join('.')}]`,
  (bytes) => `[fe80::5efe:${bytes.join('.')}]`,
  (bytes) => `[2001:4860::5efe:${bytes.join('.')}]`,
];

describe('addresses', () => {
  it('of other networks are denied in every spelling, with any port, whatever is listed by name', () =>
    fc.assert(
      fc.property(PRIVATE, fc.constantFrom(...SPELLINGS), fc.constantFrom('', ':80', ':8080'), (bytes, spell, port) => {
        const verdict = judgeUrl(`http://${spell(bytes)}${port}/x`, ['*.example.com', 'nodejs.org']);
        expect(verdict, spell(bytes)).toMatchObject({ verdict: 'deny' });
      }),
      { numRuns: 1_000 },
    ));

  it('of other networks are denied as answers of a resolver', () =>
    fc.assert(
      fc.property(PRIVATE, fc.boolean(), (bytes, mapped) => {
        const answer = mapped ? `::ffff:${bytes.join('.')}` : bytes.join('.');
        expect(judgeAnswers('https://nodejs.org/', ['93.184.216.34', answer], ['nodejs.org'])?.verdict).toBe('deny');
      }),
    ));

  it('of the internet are never denied for what they are', () =>
    fc.assert(
      fc.property(fc.tuple(fc.integer({ min: 1, max: 223 }), octet, octet, octet), (bytes) => {
        fc.pre(reachOf(bytes.join('.')) === 'public');
        expect(judgeUrl(`https://${bytes.join('.')}/`).verdict).toBe('ask');
      }),
    ));

  it('are never allowed without a list, and judging never throws', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string(),
          fc.ipV4().map((ip) => `http://${ip}`),
          fc.ipV6().map((ip) => `http://[${ip}]`),
        ),
        (text) => {
          expect(judgeUrl(text).verdict).not.toBe('allow');
        },
      ),
      { numRuns: 1_000 },
    ));

  it('are listed label by label: a longer name around a listed one is another host', () =>
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,8}$/), (word) => {
        for (const host of [`${word}nodejs.org`, `nodejs.org.${word}.example`, `nodejs.org${word}`])
          expect(judgeUrl(`https://${host}/`, ['nodejs.org', '*.nodejs.org']).verdict).not.toBe('allow');
      }),
    ));
});

it('redirects are followed five times, each judged from where it left', () => {
  expect(judgeRedirect('https://a.example/x/y', '../z', 1)).toMatchObject({ to: 'https://a.example/z' });
  expect(judgeRedirect('https://a.example/', '/x', MAX_HOPS + 1).verdict.verdict).toBe('deny');
  expect(judgeRedirect('https://a.example/', 'https://b.example/', 1).verdict).toMatchObject({
    verdict: 'ask',
    rule: 'url-new-origin',
  });
  expect(judgeRedirect('https://a.example/', 'http://[', 1).verdict.verdict).toBe('deny');
});

it('an answer is read when it is text of a bounded size', () => {
  expect(judgeResponse({ contentType: 'application/vnd.api+json', encoding: 'br', inflated: 1_000 })).toBeUndefined();
  expect(judgeResponse({})).toBeUndefined();
  expect(judgeResponse({ encoding: 'compress' })).toMatchObject({ verdict: 'deny' });
});

it('headers that carry a login are not shown', () =>
  expect(
    shownHeaders({
      Authorization: 'a',
      Cookie: 'b',
      'Set-Cookie': 'c',
      'X-Api-Key': 'd',
      'X-Auth-Token': 'e',
      Accept: 'f',
    }),
  ).toEqual({
    Authorization: '[hidden]',
    Cookie: '[hidden]',
    'Set-Cookie': '[hidden]',
    'X-Api-Key': '[hidden]',
    'X-Auth-Token': '[hidden]',
    Accept: 'f',
  }));
