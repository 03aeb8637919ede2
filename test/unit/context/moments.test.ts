/**
 * What a model sees in six typical moments, whole message lists as a real server got them: any change is seen in review. Each
 * has a budget, since every character is paid for with every request.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Answer, type ChatRequest, json } from '../../fixtures/openai-server.ts';
import { call, openScene, type Person, type Scene } from '../run/scene.ts';

const person: Person = {
  decide: ({ subject }) => (subject.kind === 'edit' && subject.path === 'notes.md' ? 'Keep no notes.' : 'accept'),
};
const GOAL = 'Let greet say hello by name, and describe it in the readme';
const files = {
  'AGENTS.md': 'Two spaces, no semicolons.\n',
  '.goalwright/rules/prose.md': '---\nglobs: README.md\n---\nShort sentences.\n',
  'README.md': '# greet\n',
  'src/AGENTS.md': 'No dependencies in here.\n',
  'src/greet.js': 'export const greet = () => "Hello"\n',
};

const read = (...paths: string[]) => call('read', { paths });
const finish = (summary: string) => call('finish', { summary });
const edit = (old: string, text: string) => call('edit', { path: 'src/greet.js', edits: [{ old, new: text }] });
const plan = call('plan', {
  tasks: [
    {
      title: 'Let greet take a name',
      description: 'greet("Ann") says "Hello, Ann".',
      checks: [{ command: "grep -q '(name)' src/greet.js" }],
    },
    { title: 'Describe greet in the readme', after: [1], checks: [{ file: 'README.md', matches: 'Hello, Ann' }] },
  ],
});
const named = edit('() => "Hello"', '(name) => "Hello, " + name');
const write = (content: string) => call('write', { path: 'README.md', content });

const isAside = ({ body }: ChatRequest): boolean => !(body.tools && body.tools.length > 0);

function rendered({ body }: ChatRequest): string {
  const messages = body.messages.map(({ role, content, tool_calls: calls = [], tool_call_id: of }) => {
    const lines = calls.map(({ id, function: { name, arguments: args } }) => `[${id}] ${name} ${args}`);
    return [`──── ${role}${of ? ` [${of}]` : ''}`, ...(content ? [content] : []), ...lines].join('\n');
  });
  return `${messages.join('\n\n')}\n`;
}

/** The last request of a run, as the person stops it there or it ends. */
async function expectLast(name: string, { server }: Scene, budget: number): Promise<void> {
  const last = server.requests.filter((request) => !isAside(request)).at(-1);
  if (!last) throw new Error('nothing was asked');
  const text = rendered(last);
  await expect(text).toMatchFileSnapshot(`prompts/moments/${name}.txt`);
  expect(text.length).toBeLessThan(budget);
}

/** Answers in turn; when there are none left, the run has come to its moment and is stopped. */
async function upTo(
  answers: readonly ((scene: Scene) => Answer | Promise<Answer>)[],
  { lesson = '', more = {} }: { lesson?: string; more?: Record<string, string> } = {},
): Promise<Scene> {
  let turn = 0;
  const moment = Promise.withResolvers<void>();
  const scene = await openScene({
    files: { ...files, ...more },
    model: async (request) => {
      if (isAside(request)) return { content: lesson };
      const answer = answers[turn];
      turn += 1;
      if (answer) return answer(scene);
      moment.resolve();
      return { chunks: [], ending: 'hang' };
    },
  });
  const run = await scene.start(GOAL, person);
  await moment.promise;
  await run.letGo();
  return scene;
}

const says =
  (...toolCalls: ReturnType<typeof call>[]) =>
  (): Answer => ({ toolCalls });

describe('what a model sees', () => {
  it('at the start of a run', async () => {
    await using scene = await upTo([]);
    await expectLast('first', scene, 2_000);
  });

  it('when a planned task begins in the same thread', async () => {
    await using scene = await upTo([says(read('src/greet.js')), says(plan)]);
    await expectLast('planned', scene, 3_000);
  });

  it('when a second task begins in a fresh thread, with reports of what is done and lessons', async () => {
    await using scene = await upTo(
      [
        says(plan),
        says(named, finish('greet takes a name.')),
        says(write('# greet\n\ngreet() greets.\n'), finish('Described it.')),
        says(finish('It is described.')),
      ],
      { lesson: 'Lesson: the readme shows no result of a call.\nStrategy: give an example with what it returns.' },
    );
    await expectLast('fresh', scene, 2_500);
  });

  it('after a failed check', async () => {
    await using scene = await upTo([says(plan), says(edit('Hello', 'Hello there'), finish('greet takes a name.'))]);
    await expectLast('failed', scene, 3_200);
  });

  it('after a file changed and rules were given', async () => {
    await using scene = await upTo([
      says(read('src/greet.js')),
      async (now) => {
        await writeFile(path.join(now.root, 'src/greet.js'), 'export const greet = () => "Good morning"\n');
        return { toolCalls: [read('README.md')] };
      },
    ]);
    await expectLast('changed', scene, 2_800);
  });

  it('after its thread was shortened', async () => {
    const page = 'One page of the documents, as long as such pages are.\n'.repeat(100);
    await using scene = await upTo(
      [
        says(plan),
        says(read('src/greet.js', 'docs/1.txt')),
        says(read('nowhere.txt'), read('docs/2.txt')),
        says(edit('Hello', 'Hi'), call('write', { path: 'notes.md', content: 'Pages say little.\n' })),
        says(read('src/greet.js')),
        () => json(400, { error: { message: 'maximum context length exceeded', code: 'context_length_exceeded' } }),
      ],
      {
        lesson: 'done: greet says Hi.\nlearned: the documents show no example.',
        more: { 'docs/1.txt': page, 'docs/2.txt': page },
      },
    );
    await expectLast('shortened', scene, 4_500);
  });
});
