/** Unit tests: plain Node, no editor. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,webview}/**/*.test.ts'],
    testTimeout: 30_000,
    passWithNoTests: true,
  },
});
