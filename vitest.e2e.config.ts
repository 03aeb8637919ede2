/** End-to-end tests: the packaged extension in a real VS Code, one window at a time. Run them by `npm run test:e2e`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: 'test/harness/e2e-setup.ts',
    setupFiles: 'test/harness/e2e-cleanup.ts',
    pool: 'forks',
    fileParallelism: false,
    // Files share windows (test/e2e/scene.ts).
    isolate: false,
    passWithNoTests: true,
    testTimeout: 180_000,
    // How long something may take to become true; vitest's own second is too short for a busy machine.
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 180_000,
  },
});
