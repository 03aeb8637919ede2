/** Two tables with one key, in different orders and with rows that have no partner. */
import { all, sameRows, unchanged } from '../grade.ts';
import type { Scenario } from '../scenario.ts';

const files = {
  'members.csv': `id,name,town
104,Ines Prado,Évora
12,"Okafor, Chidi",Enugu
7,Mina Sato,Otaru
88,Per Lund,Odda
31,Ana Kovač,Split
`,
  'fees.csv': `paid,member,year
60.00,7,2026
45.50,104,2026
60.00,31,2026
60.00,500,2026
30.25,12,2026
`,
};
const combined = `id,name,paid,town
7,Mina Sato,60.00,Otaru
12,"Okafor, Chidi",30.25,Enugu
31,Ana Kovač,60.00,Split
88,Per Lund,,Odda
104,Ines Prado,45.50,Évora
`;
const rows = [
  ['id', 'name', 'paid', 'town'],
  ['7', 'Mina Sato', '60.00', 'Otaru'],
  ['12', 'Okafor, Chidi', '30.25', 'Enugu'],
  ['31', 'Ana Kovač', '60.00', 'Split'],
  ['88', 'Per Lund', '', 'Odda'],
  ['104', 'Ines Prado', '45.50', 'Évora'],
];

export const combineCsv: Scenario = {
  id: 'combine-csv',
  goal: `Combine members.csv and fees.csv into combined.csv with the columns id, name, paid, town. The column member of fees.csv
is the id of members.csv. One row for each member, sorted by id as a number; who paid nothing has an empty cell; fees of
nobody are left out; amounts are written as they are.`,
  files,
  grade: (folder) => all(sameRows(folder, 'combined.csv', rows), unchanged(folder, files)),
  right: { files: { 'combined.csv': combined } },
  wrong: {
    'ids sorted as text': {
      files: {
        'combined.csv': `id,name,paid,town
104,Ines Prado,45.50,Évora
12,"Okafor, Chidi",30.25,Enugu
31,Ana Kovač,60.00,Split
7,Mina Sato,60.00,Otaru
88,Per Lund,,Odda
`,
      },
    },
    'only who paid': { files: { 'combined.csv': combined.replace(/^88.*\n/m, '') } },
    'amounts as numbers': { files: { 'combined.csv': combined.replaceAll('.00', '').replace('45.50', '45.5') } },
    'the fee of nobody too': { files: { 'combined.csv': `${combined}500,,60.00,\n` } },
    'columns in another order': {
      files: { 'combined.csv': combined.replace('paid,town', 'town,paid').replace('60.00,Otaru', 'Otaru,60.00') },
    },
  },
};
