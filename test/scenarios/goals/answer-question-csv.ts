/** A question over two tables: the answer is said, nothing is written. */
import { all, onlyFiles, unchanged } from '../grade.ts';
import type { Ended, Scenario } from '../scenario.ts';

const files = {
  'shops.csv': `shop,city
s1,Porto
s2,Lyon
s3,Porto
s4,Ghent
s5,Lyon
`,
  'sales.csv': `day,shop,units,price
2026-02-28,s2,400,9.00
2026-03-02,s1,40,12.50
2026-03-05,s2,35,20.00
2026-03-09,s4,61,10.00
2026-03-11,s3,22,14.75
2026-03-20,s5,3,9.00
2026-03-31,s1,9,8.25
2026-04-01,s4,500,10.00
`,
};

/** Porto: 40 × 12.50 + 22 × 14.75 + 9 × 8.25 = 898.75; Lyon 727.00, Ghent 610.00. */
async function says({ report = '' }: Ended): Promise<readonly string[]> {
  const faults: string[] = [];
  if (!/\bPorto\b/.test(report)) faults.push('Porto is not named');
  if (!/(?<![\d.])898[.,]75(?!\d)/.test(report)) faults.push('898.75 is not named');
  return faults.map((fault) => `${fault}: ${JSON.stringify(report.slice(0, 200))}`);
}

export const answerQuestionCsv: Scenario = {
  id: 'answer-question-csv',
  goal: `Which city took the most money (units times price) in March 2026 according to sales.csv and shops.csv, and how much?
Answer in one sentence that names the city and the amount with two decimals. Write no file.`,
  files,
  proof: 'none',
  grade: (folder, ended) => all(says(ended), unchanged(folder, files), onlyFiles(folder, Object.keys(files))),
  right: { files: {}, report: 'In March 2026 Porto took the most, 898.75.' },
  wrong: {
    'all months': { files: {}, report: 'Ghent took the most: 5610.00.' },
    'the best shop alone': { files: {}, report: 'Lyon took the most, 700.00.' },
    'a shop forgotten': { files: {}, report: 'Porto took the most, 574.25.' },
    'a program written': { files: { 'sum.js': '' }, report: 'Porto took the most, 898.75.' },
    'a longer number': { files: {}, report: 'Porto took the most, 1898.75.' },
  },
};
