/** One line that says what a call is about, from its arguments: shown until its result names it better. */

/** The members that tell most, in this order. */
const TELLING = ['path', 'paths', 'command', 'query', 'pattern', 'glob', 'url', 'text', 'question', 'summary', 'title'];
const MAX_CHARS = 200;

const lineOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (!Array.isArray(value)) return undefined;
  const parts = value.map((part: unknown) => lineOf(part) ?? membersOf(part)).filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(', ') : undefined;
};

function membersOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const members = new Map(Object.entries(value));
  for (const name of TELLING) {
    const line = lineOf(members.get(name));
    if (line) return line;
  }
  return undefined;
}

export function subjectOf(json: string): string {
  try {
    const line =
      membersOf(JSON.parse(json) as unknown)
        ?.trim()
        .split('\n', 1)[0] ?? '';
    return line.length > MAX_CHARS ? `${line.slice(0, MAX_CHARS)}…` : line;
  } catch {
    return '';
  }
}
