/** Every scenario, the small ones first. */
import { adaptTypoGuided } from './goals/adapt-typo-guided.ts';
import { answerQuestionCsv } from './goals/answer-question-csv.ts';
import { combineCsv } from './goals/combine-csv.ts';
import { debugTypoGuided } from './goals/debug-typo-guided.ts';
import { debugTypoUnguided } from './goals/debug-typo-unguided.ts';
import { debugTypos } from './goals/debug-typos.ts';
import { keepGoal } from './goals/keep-goal.ts';
import { labelCsv } from './goals/label-csv.ts';
import { passwordGenerator } from './goals/password-generator.ts';
import { readFile } from './goals/read-file.ts';
import { rememberIds } from './goals/remember-ids.ts';
import { rememberIdsNoise } from './goals/remember-ids-noise.ts';
import { rememberPhrasesNoise } from './goals/remember-phrases-noise.ts';
import { sortCsv } from './goals/sort-csv.ts';
import { threeSum } from './goals/three-sum.ts';
import { ticTacToe } from './goals/tic-tac-toe.ts';
import { twoSum } from './goals/two-sum.ts';
import { writeFile } from './goals/write-file.ts';
import { writeFiveFiles } from './goals/write-five-files.ts';
import type { Scenario } from './scenario.ts';

export const SCENARIOS: readonly Scenario[] = [
  writeFile,
  readFile,
  writeFiveFiles,
  debugTypoGuided,
  debugTypoUnguided,
  debugTypos,
  adaptTypoGuided,
  twoSum,
  threeSum,
  passwordGenerator,
  rememberIds,
  rememberIdsNoise,
  rememberPhrasesNoise,
  keepGoal,
  sortCsv,
  labelCsv,
  combineCsv,
  answerQuestionCsv,
  ticTacToe,
];
