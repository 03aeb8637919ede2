/**
 * Search by ripgrep, a process per query: linear-time patterns, .gitignore honoured, no link followed, no configuration
 * read, sorted so that the same files give the same answer. Bounded in time and memory; a fault is a value.
 */
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Search, SearchHit } from '../../agent/ports.ts';
import { ignoredBelow } from './ignored.ts';
import type { LongLine } from './lines.ts';
import { type Place, type RipgrepProgram, ripgrep } from './ripgrep-process.ts';
import { withoutFirstToken, withoutLastToken } from './whole-tokens.ts';

export interface RipgrepOptions extends RipgrepProgram {
  /** Real path of the run's root: results are relative to it. */
  readonly root: string;
}

/** Of a hit's line, around the match. */
const TEXT_LIMIT = 400;

const Text = z.union([
  z.object({ text: z.string() }).transform(({ text }) => text),
  z.object({ bytes: z.string() }).transform(({ bytes }) => Buffer.from(bytes, 'base64').toString('utf8')),
]);
const Begin = z.object({ type: z.literal('begin'), data: z.object({ path: Text }) });
const Match = z.object({
  type: z.literal('match'),
  data: z.object({
    path: Text,
    lines: Text,
    line_number: z.number(),
    submatches: z.array(z.object({ start: z.number() })),
  }),
});

export function ripgrepSearch(options: RipgrepOptions): Search {
  return {
    async grep(query, signal) {
      const place = await placeOf(query.path, query.glob);
      if ('fault' in place) return place;
      const hits: SearchHit[] = [];
      let total = 0;
      let files = 0;
      const isHidden = ignoredBelow(options.root);
      /** The file that the lines are about. */
      let shown = false;
      const fault = await ripgrep(
        options,
        place,
        [
          ...['--json', '--line-number', query.ignoreCase ? '--ignore-case' : '--case-sensitive'],
          ...(query.literal ? ['--fixed-strings'] : []),
          ...globs(place.glob, query.exclude),
          ...['--regexp', query.pattern],
        ],
        (line) => {
          if (line.head.startsWith('{"type":"begin"')) {
            const begin = Begin.safeParse(parseJson(line.head));
            shown = begin.success && !isHidden(fromRoot(options.root, place.cwd, begin.data.data.path));
            if (shown) files++;
          }
          if (!shown || !line.head.startsWith('{"type":"match"')) return;
          total++;
          const hit = hits.length < query.limit ? hitOf(line) : undefined;
          if (hit) hits.push({ ...hit, path: fromRoot(options.root, place.cwd, hit.path) });
        },
        signal,
      );
      return fault ?? { hits, total, files };
    },

    async files(query, signal) {
      const place = await placeOf(query.path, query.glob);
      if ('fault' in place) return place;
      const paths: string[] = [];
      let total = 0;
      const isHidden = ignoredBelow(options.root);
      const fault = await ripgrep(
        options,
        place,
        ['--files', '--null', ...globs(place.glob, query.exclude)],
        ({ head }) => {
          const found = fromRoot(options.root, place.cwd, head);
          if (isHidden(found)) return;
          total++;
          if (paths.length < query.limit) paths.push(found);
        },
        signal,
        '\0',
      );
      return fault ?? { paths, total };
    },
  };
}

/** `src/**` is the folder `src`: named as a folder, what is ignored in it stays ignored. Never through a link. */
async function placeOf(real: string, glob: string | undefined): Promise<Place | { readonly fault: string }> {
  try {
    if (!(await stat(real)).isDirectory()) return { cwd: path.dirname(real), target: path.basename(real), glob };
    const folder = /^(?:\.?\/)?([^*?[\]{}!\\]+)\/\*\*(?:\/\*+)?$/.exec(glob ?? '')?.[1];
    const below = folder === undefined ? undefined : path.join(real, folder);
    if (below?.startsWith(real + path.sep) && (await realpath(below).catch(() => undefined)) === below) {
      return placeOf(below, undefined);
    }
    return { cwd: real, target: '.', glob };
  } catch {
    return { fault: `${real} does not exist.` };
  }
}

/**
 * What is excluded comes last, where it wins. A glob that every folder meets is left out: ripgrep would take it for a
 * request to look into ignored folders too.
 */
function globs(glob: string | undefined, exclude: readonly string[]): string[] {
  const wanted = glob === undefined || /^[.*/]+$/.test(glob) ? [] : ['--glob', glob.replace(/^\.\//, '/')];
  return [...wanted, ...['**/.git', ...exclude].flatMap((pattern) => ['--iglob', `!${pattern}`])];
}

function fromRoot(root: string, cwd: string, found: string): string {
  return path.relative(root, path.join(cwd, found)).replaceAll(path.sep, '/');
}

/** A hit whose line is too long to hold keeps its place: path at the beginning of the JSON, line number near its end. */
function hitOf({ head, tail }: LongLine): SearchHit | undefined {
  if (tail !== '') {
    const found = /^\{"type":"match","data":\{"path":(\{"(?:text|bytes)":"(?:[^"\\]|\\.)*"\})/.exec(head)?.[1];
    const line = /"line_number":(\d+)/.exec(tail)?.[1];
    const name = found ? Text.safeParse(JSON.parse(found)) : undefined;
    return name?.success && line ? { path: name.data, line: Number(line), text: '(a very long line)' } : undefined;
  }
  const parsed = Match.safeParse(parseJson(head));
  if (!parsed.success) return undefined;
  const { path: file, lines, line_number, submatches } = parsed.data.data;
  return { path: file, line: line_number, text: around(lines, submatches[0]?.start ?? 0) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The line, or what is around the match (a byte offset) in a long one. */
function around(lines: string, start: number): string {
  const text = lines.replace(/\r?\n$/, '');
  if (text.length <= TEXT_LIMIT) return text;
  const match = Buffer.from(lines).subarray(0, start).toString().length;
  const from = Math.max(0, Math.min(match - TEXT_LIMIT / 4, text.length - TEXT_LIMIT));
  const shown = text.slice(from, from + TEXT_LIMIT);
  const begun = from > 0 ? `…${withoutFirstToken(shown)}` : shown;
  return from + TEXT_LIMIT < text.length ? `${withoutLastToken(begun)}…` : begun;
}
