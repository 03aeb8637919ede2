/** The command a project names for its own tests, read from its manifest. Nothing is guessed from what is installed. */
import * as z from 'zod';
import { decode } from '../edit/text-file.ts';
import type { Workspace } from '../ports.ts';

const Manifest = z.object({ scripts: z.object({ test: z.string() }), packageManager: z.string().optional() });

/** What `npm init` writes: no tests. */
const NO_TESTS = /no test specified/;

type Rule = (text: string) => string | undefined;

const MANIFESTS: readonly (readonly [string, Rule])[] = [
  ['package.json', scriptOf],
  ['deno.json', () => 'deno test'],
  ['Cargo.toml', () => 'cargo test'],
  ['go.mod', () => 'go test ./...'],
  ['pytest.ini', () => 'python -m pytest'],
  ['pyproject.toml', (text) => (/pytest/.test(text) ? 'python -m pytest' : undefined)],
  ['tox.ini', (text) => (/\[pytest\]/.test(text) ? 'python -m pytest' : undefined)],
  ['Makefile', (text) => (/^test\s*:/m.test(text) ? 'make test' : undefined)],
];

/** `cwd`: relative to the root. */
export async function projectTests(workspace: Workspace, cwd: string): Promise<string | undefined> {
  for (const [name, rule] of MANIFESTS) {
    const at = await workspace.resolve(cwd === '' ? name : `${cwd}/${name}`);
    if ('fault' in at || at.kind !== 'file' || at.relative === undefined) continue;
    const content = await workspace.read(at.real);
    const text = content && !('fault' in content) ? decode(content.bytes, content.encoding) : undefined;
    const command = text && !('fault' in text) ? rule(text.text) : undefined;
    if (command !== undefined) return command;
  }
  return undefined;
}

function scriptOf(text: string): string | undefined {
  try {
    const { scripts, packageManager = 'npm' } = Manifest.parse(JSON.parse(text));
    const runner = /^(npm|pnpm|yarn|bun)\b/.exec(packageManager)?.[1] ?? 'npm';
    return NO_TESTS.test(scripts.test) ? undefined : runner === 'bun' ? 'bun run test' : `${runner} test`;
  } catch {
    return undefined;
  }
}
