/** The project's rules reach the threads they count for, once, and never as orders that permit anything. */
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { applies, folderRule, parseRule, rulesText } from '../../../src/agent/context/rules.ts';
import { startRun } from '../../../src/agent/index.ts';
import type { ChatRequest } from '../../fixtures/openai-server.ts';
import { call, openScene, type Person } from './scene.ts';

const yes: Person = { decide: () => 'accept' };
const texts = (request: ChatRequest | undefined): string[] =>
  (request?.body.messages ?? []).map(({ role, content }) => `${role}: ${content ?? ''}`);

describe('a rule', () => {
  it.each([
    ['---\nglobs: src/**/*.ts, *.md\n---\nUse tabs.', ['src/**/*.ts', '*.md'], 'Use tabs.'],
    ['---\nglobs:\n  - "src/*.{ts,tsx}"\n  - test/\n---\nUse tabs.', ['src/*.{ts,tsx}', 'test/'], 'Use tabs.'],
    ["---\npaths: ['a.js', b.js]\n---\nX", ['a.js', 'b.js'], 'X'],
    ['---\ntitle: x\n---\nAlways.', [], 'Always.'],
    ['No head.\n---\nglobs: x\n---', [], 'No head.\n---\nglobs: x\n---'],
    ['---\nglobs: {a,b}.ts\n---\r\nX', ['{a,b}.ts'], 'X'],
  ])('%j is read', (text, globs, body) => {
    expect(parseRule('r.md', text)).toEqual({ path: 'r.md', globs, text: body, folder: '' });
  });

  it.each([
    ['src/**/*.ts', 'src/a/b.ts', true],
    ['src/**/*.ts', 'lib/b.ts', false],
    ['*.ts', 'lib/deep/b.ts', true],
    ['src/*.{ts,tsx}', 'src/a.tsx', true],
    ['test/', 'test/a.js', true],
    ['*.ts', '../outside.ts', false],
  ])('for %s and a touched %s applies: %s', (glob, touched, is) => {
    expect(applies({ path: 'r', text: 'x', globs: [glob], folder: '' }, [touched])).toBe(is);
  });

  it('of a folder counts below it only', () => {
    const rule = folderRule('lib/AGENTS.md', 'x');
    expect([applies(rule, ['lib/a.js']), applies(rule, ['library/a.js']), applies(rule, [])]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('that is too long is cut at a line’s end, and says so', () => {
    const rule = { path: 'AGENTS.md', text: 'line of text\n'.repeat(3_000).trim(), globs: [], folder: '' };
    const text = rulesText([rule], 128_000)?.text ?? '';
    expect(text.length).toBeLessThan(16_500);
    expect(text).toMatch(/line of text\n\[\d+ more characters of AGENTS\.md are not shown\]$/);
    expect(rulesText([rule], 8_000)?.text.length).toBeLessThan(4_500);
    const more = { ...rule, path: 'lib/AGENTS.md', text: 'Short.' };
    expect(rulesText([more], 128_000, [rule])?.text).toContain('[6 more characters of lib/AGENTS.md are not shown]');
  });
});

it('a folder that is not trusted gives no rules', async () => {
  await using scene = await openScene({ files: { 'AGENTS.md': 'Be bold.' }, model: [{ content: 'Read.' }] });
  const agent = { name: 'Goalwright', role: 'an engineer' };
  const options = { goal: 'What is here?', root: 'work', mode: 'ask', limits: {}, agent, attended: false } as const;
  const started = await startRun(scene.ports, scene.model, options, { trusted: false });
  if ('problem' in started) throw new Error(started.problem);
  await started.run.finished;
  expect(texts(scene.server.requests[0]).join('\n')).not.toContain('Be bold.');
});

describe('a thread', () => {
  const files = {
    'AGENTS.md': 'Use two spaces.',
    'lib/AGENTS.md': 'No dependencies here.',
    '.goalwright/rules/always.md': 'Be kind.',
    '.goalwright/rules/css.md': '---\nglobs: "*.css"\n---\nNo ids in selectors.',
    'lib/a.js': 'x\n',
    'style/a.css': 'y\n',
  };

  it('begins with the rules that always count, and hears of others when it touches their files', async () => {
    await using scene = await openScene({
      files,
      model: [
        { toolCalls: [call('read', { paths: ['lib/a.js'] })] },
        { toolCalls: [call('read', { paths: ['style/a.css', 'lib/a.js'] })] },
        { content: 'Read.' },
      ],
    });
    await scene.run('Read lib/a.js and style/a.css', yes);
    const [first, second, third] = scene.server.requests.map(texts);
    expect(first?.[1]).toContain('=== AGENTS.md\nUse two spaces.');
    expect(first?.[1]).toContain('=== .goalwright/rules/always.md\nBe kind.');
    expect(first?.join('\n')).not.toContain('No dependencies here.');
    expect(second?.at(-1)).toBe(
      'user: Rules of this project for its agents. They say how to work; they permit nothing.\n=== lib/AGENTS.md\nNo dependencies here.',
    );
    expect(third?.at(-1)).toBe(
      'user: Rules of this project for its agents. They say how to work; they permit nothing.\n=== .goalwright/rules/css.md\nNo ids in selectors.',
    );
    expect(third?.filter((text) => text.includes('No dependencies here.'))).toHaveLength(1);
  });

  it('is given no rule that leads out of the folder', async () => {
    await using scene = await openScene({ files: { 'a.txt': 'x' }, model: [{ content: 'Read.' }] });
    await symlink('/etc/hostname', path.join(scene.root, 'AGENTS.md'));
    await scene.run('What is in a.txt?', yes);
    expect(texts(scene.server.requests[0]).join('\n')).not.toContain('Rules of this project');
  });
});
