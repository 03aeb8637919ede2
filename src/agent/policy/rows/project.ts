/** What a person lets pass of a project they trust, while nobody has changed it: the scripts by which it is built and tested. */
import type { CommandRule } from '../rule.ts';

const SCRIPTS = 'test build lint check typecheck type-check compile format:check'.split(' ');
const RUNNERS = ['npm run', 'npm run-script', 'pnpm run', 'yarn run', 'bun run', 'pnpm', 'yarn'];
const OTHERS = [
  ...['npm test', 'npm t', 'tsc --noEmit', 'npx --no-install tsc --noEmit', 'cargo test', 'cargo build', 'cargo check'],
  ...[
    'go test ./...',
    'go build ./...',
    'go vet ./...',
    'pytest',
    'python -m pytest',
    'python3 -m pytest',
    'make test',
  ],
];

export const PROJECT_RULES: readonly CommandRule[] = [
  ...OTHERS,
  ...RUNNERS.flatMap((runner) => SCRIPTS.map((script) => `${runner} ${script}`)),
].map((command) => ({ verdict: 'allow', command }));
