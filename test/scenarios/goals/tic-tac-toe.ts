/** A small game: a module, a program and tests. The tests are tested too, with games that are wrong. */
import { inCopy } from '../folder.ts';
import { all, notices, prints, returns, runs } from '../grade.ts';
import type { Scenario } from '../scenario.ts';

interface Game {
  readonly board: readonly (string | null)[];
  readonly turn: string;
  readonly winner: string | null;
}

interface Module {
  newGame(): Game;
  play(game: Game, cell: number): Game;
  show(game: Game): string;
}

const game = `const LINES = [
  [0, 1, 2], [3, 4, 5], [6, 7, 8],
  [0, 3, 6], [1, 4, 7], [2, 5, 8],
  [0, 4, 8], [2, 4, 6],
];

const newGame = () => ({ board: Array(9).fill(null), turn: 'X', winner: null });

function play({ board, turn, winner }, cell) {
  if (winner !== null) throw new Error('the game is over');
  if (!Number.isInteger(cell) || cell < 0 || cell > 8) throw new Error('no such cell');
  if (board[cell] !== null) throw new Error('the cell is taken');
  const next = board.map((mark, at) => (at === cell ? turn : mark));
  const won = LINES.some((line) => line.every((at) => next[at] === turn));
  const ended = won ? turn : next.includes(null) ? null : 'draw';
  return { board: next, turn: turn === 'X' ? 'O' : 'X', winner: ended };
}

const show = ({ board }) => [0, 3, 6].map((at) => board.slice(at, at + 3).map((mark) => mark ?? '.').join('')).join('\\n');

module.exports = { newGame, play, show };

if (require.main === module) {
  let now = newGame();
  for (const line of require('node:fs').readFileSync(0, 'utf8').split('\\n').filter(Boolean)) {
    try {
      now = play(now, Number(line));
      console.log(show(now));
    } catch (error) {
      console.log('Error: ' + error.message);
    }
    if (now.winner !== null) break;
  }
  if (now.winner !== null) console.log(now.winner === 'draw' ? 'draw' : now.winner + ' wins');
}
`;
const test = `const assert = require('node:assert');
const { newGame, play, show } = require('./tic-tac-toe.js');

const after = (...cells) => cells.reduce(play, newGame());
for (const [a, b, c] of [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]]) {
  const [x, y] = [0, 1, 2, 3, 4, 5, 6, 7, 8].filter((cell) => ![a, b, c].includes(cell));
  assert.strictEqual(after(a, x, b, y, c).winner, 'X');
}
assert.strictEqual(after(0, 1, 2, 4, 3, 5, 7, 6, 8).winner, 'draw');
assert.throws(() => after(0, 0));
assert.throws(() => after(9));
assert.throws(() => after(0, 3, 1, 4, 2, 5));
assert.strictEqual(show(after(4)), '...\\n.X.\\n...');
`;

/** Games that are wrong in one thing. */
const broken: Readonly<Record<string, string>> = {
  'no diagonal wins': game.replace('  [0, 4, 8], [2, 4, 6],\n', ''),
  'a taken cell can be taken again': game.replace(/^.*the cell is taken.*\n/m, ''),
  'nobody ever wins': game.replace('? turn :', '? null :'),
  'a full board is no draw': game.replace("'draw';", 'null;'),
};

const LINES = ['012', '345', '678', '036', '147', '258', '048', '246'];
const DRAW = [0, 1, 2, 4, 3, 5, 7, 6, 8];

/** For each line a game in which X ends with it, and one in which O does. */
const WON = LINES.flatMap((line) => {
  const [a = '', b = '', c = ''] = line;
  const [d = '', e = '', ...others] = [...'012345678'].filter((cell) => !line.includes(cell));
  const f = others.find((cell) => !LINES.includes(`${d}${e}${cell}`)) ?? '';
  return [
    { moves: [a, d, b, e, c].map(Number), winner: 'X' },
    { moves: [d, a, e, b, f, c].map(Number), winner: 'O' },
  ];
});

const plays = (folder: string) =>
  all(
    returns(
      folder,
      'every line wins, for both, and not before it is full',
      async ({ load, arg }) => {
        const { newGame, play } = await load<Module>('tic-tac-toe.js');
        return arg.map((moves) => {
          const before = moves.slice(0, -1).reduce((now, cell) => play(now, cell), newGame());
          return [before.winner, play(before, moves.at(-1) ?? 0).winner];
        });
      },
      WON.map(({ moves }) => moves),
      WON.map(({ winner }) => [null, winner]),
    ),
    returns(
      folder,
      'a game from beginning to end',
      async ({ load, arg }) => {
        const { newGame, play, show } = await load<Module>('tic-tac-toe.js');
        const seen = [newGame()];
        for (const cell of arg) seen.push(play(seen.at(-1) ?? newGame(), cell));
        return [
          seen[0],
          seen[1],
          seen.at(-1)?.winner,
          seen.map((now) => show(now)).slice(0, 3),
          show(seen[9] ?? newGame()),
        ];
      },
      DRAW,
      [
        { board: Array(9).fill(null), turn: 'X', winner: null },
        { board: ['X', ...Array(8).fill(null)], turn: 'O', winner: null },
        'draw',
        ['...\n...\n...', 'X..\n...\n...', 'XO.\n...\n...'],
        'XOX\nXOO\nOXX',
      ],
    ),
    returns(
      folder,
      'what is not allowed',
      async ({ load, arg }) => {
        const { newGame, play } = await load<Module>('tic-tac-toe.js');
        return arg.map((cells) => {
          const before = cells.slice(0, -1).reduce((now, cell) => play(now, cell), newGame());
          try {
            play(before, cells.at(-1) ?? 0);
            return `${cells} is accepted`;
          } catch (error) {
            return error instanceof Error;
          }
        });
      },
      [[4, 4], [9], [-1], [1.5], [0, 3, 1, 4, 2, 5], [...DRAW, 0]],
      Array(6).fill(true),
    ),
  );

const program = (folder: string) =>
  all(
    prints(folder, 'tic-tac-toe.js', '0\n3\n1\n4\n2\n', [/^XXX\r?\nOO\.\r?\n\.\.\.\r?$/m, /(^|\n)X wins\s*$/]),
    prints(folder, 'tic-tac-toe.js', '8\n0\n7\n3\n1\n6\n', [/(^|\n)O wins\s*$/]),
    prints(folder, 'tic-tac-toe.js', `4\n4\n${[0, 1, 7, 2, 6, 3, 5, 8].join('\n')}\n`, [/^Error/m, /(^|\n)draw\s*$/]),
  );

export const ticTacToe: Scenario = {
  id: 'tic-tac-toe',
  goal: `Make tic-tac-toe: tic-tac-toe.js, a CommonJS module, and test.js, which tests it with node:assert.
- newGame() returns { board, turn, winner }: board is an array of nine cells, row by row, each null, 'X' or 'O'; turn is 'X'
  first; winner is null.
- play(game, cell) returns the game after the move of whose turn it is, and leaves the given game as it was. winner is 'X' or
  'O' with three in a row, 'draw' when the board is full without. It throws an Error if the cell is taken, if it is not a
  whole number from 0 to 8, or if the game is over.
- show(game) returns three lines of three characters, a dot for an empty cell.
- node tic-tac-toe.js reads cells from standard input, one a line. It shows the board after each move; a move that is not
  allowed is answered with a line that begins with Error, and the same player moves again. The last line is X wins, O wins
  or draw.
- node test.js must end with an error if a winning line, a draw or a move that is not allowed were treated wrongly.`,
  files: {},
  limits: { steps: 35, tokens: 600_000 },
  grade: (folder) =>
    all(
      plays(folder),
      program(folder),
      runs(folder, 'test.js'),
      ...Object.entries(broken).map(([what, text]) =>
        inCopy(folder, { 'tic-tac-toe.js': text }, (copy) => notices(copy, 'test.js', what)),
      ),
    ),
  right: { files: { 'tic-tac-toe.js': game, 'test.js': test } },
  wrong: {
    ...Object.fromEntries(
      Object.entries(broken).map(([what, text]) => [what, { files: { 'tic-tac-toe.js': text, 'test.js': '' } }]),
    ),
    'tests that test nothing': { files: { 'tic-tac-toe.js': game, 'test.js': "require('./tic-tac-toe.js');\n" } },
    'no program': {
      files: { 'tic-tac-toe.js': game.replace(/\nif \(require.*$/s, ''), 'test.js': test },
    },
    'moves change the given game': {
      files: {
        'tic-tac-toe.js': game.replace('const next = board.map', 'board[cell] = turn;\n  const next = board.map'),
        'test.js': test,
      },
    },
  },
};
