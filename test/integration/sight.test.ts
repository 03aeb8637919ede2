/** An Accept in the editor counts only when the edit can have been seen. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { Sight } from '../../src/extension/review/sight.ts';

describe('the sight of an edit', () => {
  let now = 0;
  let sight: Sight;
  beforeEach(() => {
    now = 1_000;
    sight = new Sight(() => now);
    sight.changed('a1');
  });

  it('admits an Accept half a second after the edit was shown, not before', () => {
    now += 500;
    assert.equal(sight.admits('a1'), true);
    sight.changed('a1');
    now += 499;
    assert.equal(sight.admits('a1'), false);
  });

  it('never admits a key that is held down', () => {
    for (let press = 0; press < 200; press++) {
      now += 30;
      assert.equal(sight.admits('a1'), false);
    }
    now += 500;
    assert.equal(sight.admits('a1'), true);
  });

  it('keeps each edit by itself, and does not admit one that was never shown', () => {
    now += 500;
    assert.equal(sight.admits('a2'), false);
    assert.equal(sight.admits('a1'), true);
    now += 500;
    assert.equal(sight.admits('a2'), true);
  });
});
