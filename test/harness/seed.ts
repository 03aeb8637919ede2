/**
 * Properties run on the same values every time, so that a red run is about the change and not about luck. To look further:
 *
 *   GOALWRIGHT_SEED=random npm run test:unit        a fresh seed, printed; GOALWRIGHT_SEED=<number> repeats it
 */
import fc from 'fast-check';

const wanted = process.env.GOALWRIGHT_SEED ?? '20261122';
export const SEED = wanted === 'random' ? Math.trunc(Math.random() * 2 ** 31) : Number(wanted);
if (wanted === 'random') console.log(`GOALWRIGHT_SEED=${SEED}`);

fc.configureGlobal({ seed: SEED });
