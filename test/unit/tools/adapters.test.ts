import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/headless/ports/clock.ts';
import { randomIds } from '../../../src/headless/ports/ids.ts';
import { type LongLine, lineSplitter } from '../../../src/headless/ports/lines.ts';
import { candidates, findRipgrep } from '../../../src/headless/ports/ripgrep.ts';

test('ids differ, sort by time, and fit a folder name on every system', () => {
  const ids = Array.from({ length: 1000 }, () => randomIds.next());
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-z]{29}$/);
  expect(ids[0]?.slice(0, 9) ?? '').toBe(
    Date.now().toString(36).padStart(9, '0').slice(0, 5) + (ids[0]?.slice(5, 9) ?? ''),
  );
});

test('sleep ends early and quietly when it is aborted', async () => {
  const stop = new AbortController();
  const asleep = systemClock.sleep(60_000, stop.signal);
  stop.abort();
  await asleep;
  await systemClock.sleep(60_000, AbortSignal.abort());
  await systemClock.sleep(0);
  expect(systemClock.now()).toBeGreaterThan(1_700_000_000_000);
});

test("ripgrep is looked for beside our bundle, then in the editor's folder", async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'goalwright-rg-'));
  try {
    const places = candidates({ beside: dir, appRoot: '/app', platform: 'linux', arch: 'x64' });
    expect(places[0]).toBe(path.join(dir, 'rg'));
    expect(places).toContain('/app/node_modules/@vscode/ripgrep-universal/bin/linux-x64/rg');
    expect(places).toContain('/app/node_modules.asar.unpacked/@vscode/ripgrep/bin/rg');
    expect(
      candidates({ appRoot: 'C:\\app', platform: 'win32', arch: 'x64' }).every((place) => place.endsWith('rg.exe')),
    ).toBe(true);

    await writeFile(path.join(dir, 'rg'), '');
    expect(await findRipgrep({ beside: dir })).not.toBe(path.join(dir, 'rg'));
    await chmod(path.join(dir, 'rg'), 0o755);
    expect(await findRipgrep({ beside: dir })).toBe(path.join(dir, 'rg'));
  } finally {
    await rm(dir, { recursive: true });
  }
});

test('lines of a stream: cut anywhere, bounded, the last one without an end', () => {
  const seen: LongLine[] = [];
  const lines = lineSplitter(10, (line) => seen.push(line));
  for (const byte of Buffer.from(`gr\u00fcn\n\n${'x'.repeat(6000)}END\nlast`)) lines.push(Buffer.from([byte]));
  lines.end();
  expect(seen.map(({ head }) => head)).toEqual(['gr\u00fcn', '', 'x'.repeat(10), 'last']);
  expect(seen[2]?.tail).toMatch(/^x{4093}END$/);
});
