/** A check of a file's content: it exists, parses, matches. No effects, so nobody is asked. */
import Papa from 'papaparse';
import { decode } from '../edit/text-file.ts';
import type { Check, CheckResult } from '../queue/task.ts';
import { judge } from './authorise.ts';
import type { Engine } from './engine.ts';

type Result = Pick<CheckResult, 'outcome' | 'evidence' | 'by'>;
const failed = (evidence: string): Result => ({ outcome: 'failed', evidence });

export async function runFileCheck(engine: Engine, check: Extract<Check, { kind: 'file' }>): Promise<Result> {
  const { workspace } = engine.ports;
  const path = await workspace.resolve(check.path);
  if ('fault' in path) return failed(path.fault);
  const decision = judge(engine, [{ kind: 'read', path }]);
  if (decision.verdict !== 'allow') return { outcome: 'declined', by: 'policy', evidence: decision.reason };
  const content = await workspace.read(path.real);
  if (!content) return failed('it does not exist');
  if ('fault' in content) return failed(content.fault);
  if (!check.valid && check.matches === undefined) return { outcome: 'passed', evidence: `${check.path} exists.` };
  const text = decode(content.bytes, content.encoding);
  if ('fault' in text) return failed(text.fault);
  const problem =
    contentFault(check.valid, text.text) ||
    (check.matches !== undefined && (await unmatched(engine, check.matches, path.real)));
  return problem ? failed(problem) : { outcome: 'passed', evidence: `${check.path} is as expected.` };
}

/** Why a text is not of a format; `undefined` when it is, or when none is asked for. */
export function contentFault(format: 'json' | 'csv' | undefined, text: string): string | undefined {
  if (!format) return undefined;
  if (format === 'json') {
    try {
      JSON.parse(text);
      return undefined;
    } catch (error) {
      return `not valid JSON: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  const { data, errors } = Papa.parse<readonly string[]>(text, { skipEmptyLines: true });
  if (data.length === 0) return 'no CSV rows';
  const odd = data.findIndex((row) => row.length !== data[0]?.length);
  if (odd > 0) return `row ${odd + 1} has ${data[odd]?.length} fields, the first has ${data[0]?.length}`;
  const error = errors.find(({ type }) => type === 'Quotes');
  return error && `row ${(error.row ?? 0) + 1}: ${error.message}`;
}

/** By ripgrep: linear in time whatever the pattern, and outside this process. */
async function unmatched({ ports, signal }: Engine, pattern: string, path: string): Promise<string | undefined> {
  const query = { pattern, literal: false, ignoreCase: false, path, glob: undefined, exclude: [], limit: 1 };
  const found = await ports.search.grep(query, signal);
  if ('fault' in found) return found.fault;
  return found.total > 0 ? undefined : `no line matches /${pattern}/`;
}
