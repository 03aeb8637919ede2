/** What a person lets pass of a project they trust, while nobody has changed it: the scripts by which it is built and tested. */
import type { CommandRule } from '../rule.ts';

const SCRIPTS = 'test build lint check typecheck type-check compile format:check'.split(' ');
const RUNNERS = ['npm run', 'npm run-script', 'pnpm run', 'yarn run', 'bun run', 'pnpm', 'yarn'];
const CHECKERS = ['tsc --noEmit', 'tsc -p . --noEmit', 'eslint .', 'eslint src', 'vitest run', 'prettier --check .'];
const OTHERS = [
  ...['npm test', 'npm t', 'npm test --silent', 'npm run -s test', 'npm run -s lint', 'bun test'],
  ...CHECKERS.flatMap((checker) => [checker, `npx --no-install ${checker}`]),
  ...['cargo test', 'cargo build', 'cargo check', 'cargo clippy', 'cargo fmt --check'],
  ...['go test ./...', 'go build ./...', 'go vet ./...', 'mvn test', 'dotnet test', 'dotnet build'],
  ...['pytest', 'python -m pytest', 'python3 -m pytest'].flatMap((command) => [command, `${command} -q`]),
  ...['ruff check .', 'mypy .', 'make test', 'make build', 'make lint', 'make check'],
];

export const PROJECT_RULES: readonly CommandRule[] = [
  ...OTHERS,
  ...RUNNERS.flatMap((runner) => SCRIPTS.map((script) => `${runner} ${script}`)),
].map((command) => ({ verdict: 'allow', command }));
