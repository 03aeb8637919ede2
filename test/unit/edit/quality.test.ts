/** Edits as models send them, faults and all (bench/edits): none makes another text of a file than was wanted. */
import { expect, test } from 'vitest';
import { judge } from '../../../bench/edits/judge.mjs';

const wanted = Number(process.env.GOALWRIGHT_SEED);
const seed = Number.isInteger(wanted) && wanted > 0 ? wanted : Math.trunc(Math.random() * 2 ** 31);

test(`of 2,000 faulty edits none is applied wrongly, and each refusal helps (npm run bench:edits -- --seed ${seed} --count 2016)`, () => {
  console.log(`GOALWRIGHT_SEED=${seed}`);
  const { rows, wrong, unhelped, total } = judge(seed, 2016);
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
