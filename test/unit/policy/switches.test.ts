/** AutoGPT's switches: how they are read, that they only ever narrow, and what they keep from happening. */
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/agent/policy/decide.ts';
import { ALL_OFF, ALL_ON, type Switches, strictest, switchesOf } from '../../../src/agent/policy/switches.ts';
import type { Confinement } from '../../../src/agent/ports.ts';
import { configured } from '../../../src/headless/ports/switches.ts';
import { call, openScene } from '../run/scene.ts';

describe('variables', () => {
  it('are read in the spellings people use', () => {
    const { switches, notes } = switchesOf({
      ALLOW_FILE_MODIFICATION: 'False',
      EXECUTE_LOCAL_COMMANDS: 'no',
      CONTINUOUS_MODE: '0',
      RESTRICT_TO_WORKSPACE: 'TRUE ',
      DISABLED_COMMANDS: 'run, git,,',
    });
    expect(switches).toEqual({
      edits: false,
      deletion: true,
      commands: false,
      continuous: false,
      outside: false,
      disabled: ['run', 'git'],
    });
    expect(notes).toEqual([]);
    expect(switchesOf({}).switches).toEqual(ALL_ON);
    expect(switchesOf({ ALLOW_FILE_MODIFICATION: '' }).switches).toEqual(ALL_ON);
  });

  it('that are neither yes nor no count as the stricter one, and that is said', () => {
    const { switches, notes } = switchesOf({ ALLOW_FILE_MODIFICATION: 'maybe', RESTRICT_TO_WORKSPACE: '2' });
    expect(switches).toMatchObject({ edits: false, outside: false });
    expect(notes).toEqual([
      'ALLOW_FILE_MODIFICATION is neither True nor False: it counts as False.',
      'RESTRICT_TO_WORKSPACE is neither True nor False: it counts as True.',
    ]);
  });

  it('of tools that do not exist yet are named as such', () => {
    expect(switchesOf({ USE_WEB_BROWSER: 'True', MEMORY_BACKEND: 'local' }).notes).toEqual([
      'USE_WEB_BROWSER is not available yet.',
      'MEMORY_BACKEND is not available yet.',
    ]);
  });

  it('name the agent in one bounded line', () => {
    const { name, role } = switchesOf({ AGENT_NAME: ' Ada\n\u202eX ', AGENT_ROLE: 'r'.repeat(1000) });
    expect(name).toBe('Ada X');
    expect(role).toHaveLength(200);
  });
});

it('no place widens what another narrowed', () => {
  const place = fc.record({
    edits: fc.boolean(),
    deletion: fc.boolean(),
    commands: fc.boolean(),
    continuous: fc.boolean(),
    outside: fc.boolean(),
    disabled: fc.array(fc.string()),
    domains: fc.option(fc.array(fc.constantFrom('a.org', 'b.org', 'c.org')), { nil: undefined }),
  });
  /** Without a list there is no such key. */
  const placed = ({ domains, ...rest }: Omit<Switches, 'domains'> & { domains: string[] | undefined }): Switches => ({
    ...rest,
    ...(domains && { domains }),
  });
  const isListed = (a: Switches, b: Switches): boolean =>
    b.domains === undefined || (a.domains ?? ['d.org']).every((domain) => b.domains?.includes(domain));
  const isNarrower = (a: Switches, b: Switches): boolean =>
    (['edits', 'deletion', 'commands', 'continuous', 'outside'] as const).every((name) => !a[name] || b[name]) &&
    b.disabled.every((name) => a.disabled.includes(name)) &&
    isListed(a, b);
  fc.assert(
    fc.property(place, place, (first, second) => {
      const [one, other] = [placed(first), placed(second)];
      const both = strictest(one, other);
      expect(isNarrower(both, one) && isNarrower(both, other)).toBe(true);
    }),
  );
});

it('a list of domains leaves no command the network as a whole', () => {
  const { switches } = switchesOf({ ALLOWED_DOMAINS: 'Example.org, b.org' });
  expect(switches.domains).toEqual(['example.org', 'b.org']);
  const cwd = {
    given: '.',
    real: '/ws',
    relative: '',
    lexical: '',
    exists: true,
    kind: 'directory',
    links: 1,
  } as const;
  const understood = { parts: [], doubts: ['x'], denials: [], touches: [] };
  const of = (sandbox: Confinement, allOrNothing?: string) =>
    decide(
      {
        ...{ kind: 'command', command: 'npm ci', cwd },
        looked: { understood, sandbox, ...(allOrNothing !== undefined && { allOrNothing }) },
      },
      { mode: 'ask', trusted: true, switches },
    );
  expect(of({ network: true }, 'socat is missing.')).toMatchObject({
    verdict: 'deny',
    rule: 'network-domains',
    reason: expect.stringContaining('socat is missing.'),
  });
  expect(of({ network: true, domains: ['example.org'] })).toMatchObject({
    ...{ verdict: 'ask', rule: 'command-domains', always: true },
    reason: expect.stringContaining('(example.org)'),
  });
  expect(of({ network: true, domains: ['example.org', 'c.org'] })).toMatchObject({ verdict: 'deny' });
  expect(of({ network: false })).toMatchObject({ verdict: 'ask', rule: 'command' });
});

describe('the folder’s .env', () => {
  it('narrows and names, and never lets the work go on unasked', async () => {
    await using scene = await openScene({ model: [] });
    const file = path.join(scene.root, '.env');
    await writeFile(
      file,
      'ALLOW_FILE_MODIFICATION=False\nCONTINUOUS_MODE=True\nAGENT_NAME="Ada"\nOPENAI_BASE_URL=http://evil\n',
    );
    const found = await configured(scene.root, true, { EXECUTE_LOCAL_COMMANDS: 'False' });
    expect(found).toMatchObject({
      switches: { edits: false, commands: false, continuous: true },
      name: 'Ada',
      wantsContinuous: false,
    });
    expect((await configured(scene.root, false, {})).switches).toEqual(ALL_ON);
    expect((await configured(scene.root, true, { CONTINUOUS_MODE: 'True', AGENT_NAME: 'Bob' })).wantsContinuous).toBe(
      true,
    );
    for (const text of ['#'.repeat(1_000_001), undefined]) {
      await rm(file);
      if (text === undefined) await symlink('/dev/null', file);
      else await writeFile(file, text);
      const { switches, notes } = await configured(scene.root, true, {});
      expect(switches).toEqual(ALL_OFF);
      expect(notes).toEqual([expect.stringContaining('cannot be read')]);
      expect((await configured(scene.root, false, {})).switches).toEqual(ALL_ON);
    }
    await rm(file);
    await writeFile(file, Buffer.from('\uFEFFEXECUTE_LOCAL_COMMANDS=False\r\n', 'utf16le'));
    expect((await configured(scene.root, true, {})).switches).toMatchObject({ edits: true, commands: false });
    await rm(file);
    await mkdir(file);
    expect((await configured(scene.root, true, {})).switches).toEqual(ALL_ON);
  });
});

describe('in a run', () => {
  const write = call('write', { path: 'a.txt', content: 'two\n' });
  it.each([
    ['edits', { edits: false }, write, 'edits-off'],
    ['commands', { commands: false }, call('run', { command: 'touch made' }), 'commands-off'],
    ['deletion', { deletion: false }, call('delete', { paths: ['a.txt'] }), 'deletion-off'],
    ['tools', { disabled: ['write'] }, write, 'There is no tool'],
  ] as const)('%s that are turned off are not even asked about', async (_, switches, made, told) => {
    await using scene = await openScene({
      files: { 'a.txt': 'one\n' },
      switches,
      model: [{ toolCalls: [made] }, { toolCalls: [call('finish', { summary: 'Done.' })] }],
    });
    const run = await scene.start('Change it', { decide: () => 'accept' });
    await run.finished;
    expect(run.events().filter(({ type }) => type === 'approval.requested')).toEqual([]);
    expect(JSON.stringify(scene.server.requests[1]?.body.messages)).toContain(told);
    expect(await scene.read('a.txt')).toBe('one\n');
  });
});
