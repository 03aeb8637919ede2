import { expect, test } from 'vitest';
import { systemText } from '../../../src/agent/context/prompt.ts';
import { allTools, coreTools, offeredTools, resolveCall, specs } from '../../../src/agent/tools/registry.ts';

const tools = coreTools(true);
const resolve = (name: string, args: unknown): ReturnType<typeof resolveCall> =>
  resolveCall(name, typeof args === 'string' ? args : JSON.stringify(args), tools);
const saidOf = (call: ReturnType<typeof resolveCall>): string =>
  call.kind === 'refusal' ? call.forModel : 'understood';

test('every tool as the model is told of it', () => {
  expect(specs(tools).map((spec) => JSON.stringify(spec))).toMatchSnapshot();
});

test('the tools beyond the core, as the model is told of them', () => {
  const core = coreTools(true).map(({ name }) => name);
  const others = allTools(true).filter(({ name }) => !core.includes(name));
  expect(specs(others).map((spec) => JSON.stringify(spec))).toMatchInlineSnapshot(`
    [
      "{"name":"move","description":"Move or rename a file (its folders are created). Nothing is overwritten; references to it stay as they are.","parameters":{"type":"object","properties":{"path":{"type":"string"},"to":{"type":"string"}},"required":["path","to"]}}",
      "{"name":"delete","description":"Delete files. The person is always asked.","parameters":{"type":"object","properties":{"paths":{"type":"array","items":{"type":"string"}}},"required":["paths"]}}",
      "{"name":"git","description":"Look into the git repository, or commit exactly the named files. Hooks are not run; nothing is pushed.","parameters":{"type":"object","properties":{"action":{"type":"string","enum":["status","diff","log","show","blame","commit"]},"paths":{"description":"commit: these files; blame: one, or lines \\"a.ts:10-40\\"","type":"array","items":{"type":"string"}},"staged":{"description":"diff: of the index","type":"boolean"},"revision":{"description":"show: a commit, or a file then: \\"HEAD~2:a.ts\\"; diff: compared with","type":"string"},"to":{"description":"diff: second commit","type":"string"},"count":{"description":"log","type":"integer"},"message":{"description":"commit","type":"string"}},"required":["action"]}}",
      "{"name":"job","description":"A command run in the background: read its output, give it input, or stop it.","parameters":{"type":"object","properties":{"id":{"description":"none: list them","type":"string"},"from":{"description":"byte of its output; default: what is new","type":"integer"},"wait_seconds":{"description":"for its end, or a question","type":"number"},"input":{"description":"as typed, with the newline","type":"string"},"close_input":{"type":"boolean"},"stop":{"type":"boolean"}}}}",
      "{"name":"patch","description":"Change files by a patch: *** Begin Patch, then *** Update File: path (*** Move to: path; @@ line above; lines marked space, - or +), *** Add File: path or *** Delete File: path, then *** End Patch. All of it applies or nothing.","parameters":{"type":"object","properties":{"patch":{"type":"string"}},"required":["patch"]}}",
    ]
  `);
});

test('a model that writes patches is offered those, and no second way for the same', () => {
  const names = (attended: boolean, edits: 'edit' | 'patch') =>
    offeredTools({ attended, edits }).map(({ name }) => name);
  expect(names(true, 'edit').filter((name) => !coreTools(true).some((tool) => tool.name === name))).toEqual([
    'move',
    'delete',
  ]);
  expect(offeredTools({ attended: true, repository: true }).map(({ name }) => name)).toEqual([
    ...names(true, 'edit'),
    'git',
  ]);
  expect(names(false, 'edit')).not.toContain('delete');
  expect(names(true, 'patch')).toEqual(
    names(true, 'edit').flatMap((name) => ({ edit: 'patch', move: [], delete: [] })[name] ?? name),
  );
});

test('system text and core tools stay under 6,000 characters together; the tools but edit and write under 3,100', () => {
  const size = (list: typeof tools): number => specs(list).reduce((sum, spec) => sum + JSON.stringify(spec).length, 0);
  expect(size(tools.filter(({ name }) => name !== 'edit' && name !== 'write'))).toBeLessThanOrEqual(3100);
  expect(
    size(tools) + systemText({ name: 'Goalwright', role: 'an autonomous coding agent' }, true).length,
  ).toBeLessThan(6000);
});

test('ask is not offered where nobody can answer', () => {
  expect(coreTools(true).map(({ name }) => name)).toEqual([
    'read',
    'search',
    'find',
    'edit',
    'write',
    'run',
    'plan',
    'finish',
    'ask',
  ]);
  expect(coreTools(false).map(({ name }) => name)).not.toContain('ask');
});

test('ms-tool-name-variants: only known prefixes are taken off', () => {
  for (const name of ['read', 'functions.read', 'function.read', 'tools.read', 'default_api.read', 'functions:read']) {
    expect(resolve(name, { paths: ['a'] }), name).toMatchObject({ kind: 'call', tool: { name: 'read' } });
  }
  for (const name of [
    'Read',
    'read_file',
    'Read_File',
    'functions.read_file',
    'read<|channel|>',
    'read ',
    'functions.functions.read',
    'my.read',
    '',
  ]) {
    expect(saidOf(resolve(name, { paths: ['a'] })), name).toMatch(/^There is no tool/);
  }
});

test('ms-unknown-tool: the names there are', () => {
  expect(resolve('writeFile', {})).toEqual({
    kind: 'refusal',
    title: 'Unknown tool writeFile',
    forModel: 'There is no tool "writeFile". The tools are: read, search, find, edit, write, run, plan, finish, ask.',
  });
});

test('ms-args-not-object: a schema error for each other kind', () => {
  for (const [args, kind] of [
    ['[]', 'a list'],
    ['null', 'null'],
    ['7', 'a number'],
    ['true', 'a boolean'],
  ] as const) {
    expect(saidOf(resolve('search', args))).toBe(
      `search was not called: its arguments must be a JSON object with pattern, path?, glob?, literal?, ignore_case?, not ${kind}.`,
    );
  }
  for (const text of ['"text"', '{"pattern":', 'pattern=x'])
    expect(saidOf(resolve('search', text))).toBe(
      'search was not called: its arguments are no valid JSON. Send one JSON object.',
    );
});

test('ms-args-double-encoded: decoded once, then checked', () => {
  const args = { pattern: 'x' };
  expect(resolve('search', JSON.stringify(JSON.stringify(args)))).toMatchObject({ kind: 'call', args });
  expect(resolve('search', JSON.stringify(JSON.stringify(JSON.stringify(args)))).kind).toBe('refusal');
});

test('ms-args-extra: what no field takes is left out and named, also below', () => {
  expect(resolve('find', { glob: '*', cwd: '/etc' })).toMatchObject({
    args: { glob: '*' },
    note: 'Ignored, there is no such field: cwd.',
  });
  const nested = resolve('plan', {
    tasks: [{ title: 'A', owner: 'me', checks: [{ command: 'x', shell: 'zsh' }] }],
    goal: 'y',
  });
  expect(nested).toMatchObject({
    args: { tasks: [{ title: 'A', checks: [{ command: 'x' }] }] },
    note: expect.stringContaining('tasks.0.checks.0.shell'),
  });
  expect(JSON.stringify(nested)).not.toMatch(/zsh|"me"/);
  expect(resolve('edit', { path: 'a', edits: [{ old: 'x', new: 'y', reason: 'z' }] })).toMatchObject({
    kind: 'call',
    args: { edits: [{ old: 'x', new: 'y' }] },
  });
});

test('what has only one meaning is taken so', () => {
  const args = { paths: ['a'] };
  for (const given of [{ paths: 'a' }, { path: 'a' }, { path: ['a'] }, { paths: '["a"]' }])
    expect(resolve('read', given)).toMatchObject({ args });
  expect(resolve('finish', '').kind).toBe('refusal');
  expect(resolve('edit', { path: 'a', edits: { old: 'x', new: 'y' } })).toMatchObject({
    args: { edits: [{ old: 'x', new: 'y' }] },
  });
});

test('schema errors are short instructions', () => {
  expect(saidOf(resolve('run', { timeout_seconds: 'long' }))).toMatchInlineSnapshot(
    `"run was not called: command: string is missing; timeout_seconds: expected number, received string. It takes command, cwd?, timeout_seconds?, input?, background?, network?."`,
  );
  expect(saidOf(resolve('read', { paths: [] }))).toMatchInlineSnapshot(
    `"read was not called: paths: Too small: expected array to have >=1 items. It takes paths, numbers?."`,
  );
  expect(saidOf(resolve('read', { file: 'a' }))).toMatchInlineSnapshot(
    `"read was not called: paths: array is missing. It takes paths, numbers?."`,
  );
  expect(saidOf(resolve('plan', { tasks: Array.from({ length: 9 }, () => ({})) })).length).toBeLessThan(400);
});

test('a prototype in the arguments stays data', () => {
  expect(resolve('find', '{"glob":"*","__proto__":{"path":"/etc"}}')).toMatchObject({
    kind: 'call',
    args: { glob: '*' },
  });
  expect(resolve('find', '{"glob":"*","constructor":1}')).toMatchObject({ kind: 'call', args: { glob: '*' } });
});
