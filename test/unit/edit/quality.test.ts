/** Edits as models send them, faults and all (bench/edits): none makes another text of a file than was wanted. */
import { expect, test } from 'vitest';
import { judge } from '../../../bench/edits/judge.mjs';
import { SEED } from '../../harness/seed.ts';

/** Changes after this commit are not drawn: a new commit shall not change what is tested. */
const UNTIL = 'b6703bfa8d164871f61ef60094648dc171420208';

test(`of 2,000 faulty edits none is applied wrongly, and each refusal helps (npm run bench:edits -- --seed ${SEED} --count 2016)`, () => {
  const { rows, wrong, unhelped, total } = judge(SEED, 2016, UNTIL);
  expect(total).toBe(2016);
  expect(
    wrong.map(({ editor, case: one, made }) => ({
      editor,
      fault: one.perturbation,
      file: one.file,
      edits: one.edits,
      made,
    })),
  ).toEqual([]);
  expect(unhelped).toEqual([]);
  // An editor that refuses all would do no harm either.
  expect(rows.get('none')?.edit?.right).toBeGreaterThan(70);
  expect(rows.get('none')?.patch?.right).toBeGreaterThan(70);
}, 60_000);
