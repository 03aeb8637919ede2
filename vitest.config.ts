/** Unit tests: plain Node, no editor. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,webview,scenarios}/**/*.test.ts'],
    globalSetup: 'test/harness/unit-setup.ts',
    setupFiles: 'test/harness/seed.ts',
    // Much of the time a test waits for processes, disks and browsers: three files at once keep two cores busy.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // How long something may take to become true; vitest's own second is too short for a busy machine.
    expect: { poll: { timeout: 20_000 } },
    passWithNoTests: true,
  },
});
