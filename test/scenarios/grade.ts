/** What graders are made of. Each finds what is wrong, a line each, and nothing when all is well. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Papa from 'papaparse';
import { namesIn } from './folder.ts';
import { type Probed, probe, runNode, type Tools } from './sandbox.ts';
import type { Files } from './scenario.ts';

type Findings = readonly string[];

export const all = async (...checks: readonly Promise<Findings>[]): Promise<Findings> =>
  (await Promise.all(checks)).flat();

const textOf = (folder: string, file: string): Promise<string | undefined> =>
  readFile(path.join(folder, file), 'utf8').catch(() => undefined);

/** Line ends and white space at the very end are nobody's goal. */
const plain = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();

const short = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

export async function sameText(folder: string, file: string, expected: string): Promise<Findings> {
  const text = await textOf(folder, file);
  if (text === undefined) return [`${file} is missing`];
  return plain(text) === plain(expected) ? [] : [`${file} holds ${short(text)}, not ${short(expected)}`];
}

/** The rows of a CSV file, cell by cell; how they are quoted is free. */
export async function sameRows(
  folder: string,
  file: string,
  expected: readonly (readonly string[])[],
): Promise<Findings> {
  const text = await textOf(folder, file);
  if (text === undefined) return [`${file} is missing`];
  const { data, errors } = Papa.parse<string[]>(plain(text), { delimiter: ',' });
  if (errors[0]) return [`${file} is no CSV: ${errors[0].message}`];
  const at = expected.findIndex((row, index) => !isDeepStrictEqual(data[index], row));
  if (at >= 0) return [`${file}, row ${at + 1}: ${short(data[at])}, not ${short(expected[at])}`];
  return data.length > expected.length ? [`${file} has ${data.length - expected.length} rows too many`] : [];
}

/** These files are as they were. */
export const unchanged = (folder: string, files: Files): Promise<Findings> =>
  all(
    ...Object.entries(files).map(async ([file, text]) =>
      (await textOf(folder, file)) === text ? [] : [`${file} was changed`],
    ),
  );

export async function onlyFiles(folder: string, expected: readonly string[]): Promise<Findings> {
  const extra = (await namesIn(folder)).filter((name) => !expected.includes(name));
  return extra.map((name) => `${name} was not asked for`);
}

export async function noFileSays(folder: string, files: readonly string[], pattern: RegExp): Promise<Findings> {
  const texts = await Promise.all(files.map(async (file) => ({ file, text: (await textOf(folder, file)) ?? '' })));
  return texts.filter(({ text }) => pattern.test(text)).map(({ file }) => `${file} matches ${pattern}`);
}

/** `node FILE` ends with 0. */
export async function runs(folder: string, file: string): Promise<Findings> {
  const { code, output } = await runNode(folder, [file], { spawns: true });
  return code === 0 ? [] : [`node ${file} ends with ${code ?? 'a timeout'}: ${output.trim().slice(-300)}`];
}

/** `node FILE` fails: for tests that are given a wrong program. */
export async function notices(folder: string, file: string, what: string): Promise<Findings> {
  const { code } = await runNode(folder, [file], { spawns: true });
  return code === 0 ? [`${file} passes although ${what}`] : [];
}

/** What `node FILE` says to this input matches each of these. */
export async function prints(
  folder: string,
  file: string,
  input: string,
  patterns: readonly RegExp[],
): Promise<Findings> {
  const { output } = await runNode(folder, [file], { input });
  return patterns
    .filter((pattern) => !pattern.test(output))
    .map((pattern) => `node ${file} given ${short(input)} says ${short(output.slice(-180))}, which is not ${pattern}`);
}

/** What a probe of the code returns, compared with what it should. */
export async function returns<A>(
  folder: string,
  what: string,
  code: (tools: Tools<A>) => unknown,
  arg: A,
  expected: unknown,
): Promise<Findings> {
  const probed: Probed = await probe(folder, code, arg);
  if ('fault' in probed) return [`${what}: ${probed.fault}`];
  return isDeepStrictEqual(probed.value, expected) ? [] : [`${what}: ${short(probed.value)}, not ${short(expected)}`];
}
