/**
 * The variables of an environment file, as any of its readers may take them. Programs read these files differently (of a name
 * given twice, of `#` in a value, of JSON, YAML and fish in place of a shell), and what one of them takes for a value is one.
 */
import { parseEnv } from 'node:util';

const BOM = '\uFEFF';

/** UTF-8, or UTF-16 with its mark. */
export function textOfBytes(bytes: Buffer): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return bytes
      .subarray(0, bytes.length & ~1)
      .swap16()
      .toString('utf16le');
  const text = bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8');
  return text.startsWith(BOM) ? text.slice(1) : text;
}

/** `export A=b`, `set -gx A b`, `A: b`, `"A": "b",`; also where it is commented out. */
const LINE =
  /^\s*(?<out>[#;][#;\s]*)?(?:(?:export|declare -x|typeset -x|set|setx|\$env:)\s*(?=\w))?["']?(?<name>[A-Za-z_][\w.-]*)["']?(?<is>\s*[=:]\s*)(?<value>\S.*?)\s*$/;
const FISH = /^\s*(?<out>[#;][#;\s]*)?(?:set(?:\s+-\w+)+|setenv)\s+(?<name>[A-Za-z_]\w*)(?<is>\s+)(?<value>\S.*?)\s*$/;

/** A name may come several times. */
export function variablesIn(text: string): readonly (readonly [name: string, value: string])[] {
  const whole = Object.entries(parseEnv(text)).map(([name, value = '']) => [name, value] as const);
  const lines = text.split(/\r\n|[\r\n]/).flatMap((line) => {
    const { out, name, is = '', value = '' } = (FISH.exec(line) ?? LINE.exec(line))?.groups ?? {};
    if (name === undefined) return [];
    const values = valuesOf(value);
    // A sentence in a comment, or behind a colon, is none.
    const isLoose = out !== undefined || !is.includes('=');
    const isQuoted = /^["'`]/.test(value);
    return values.filter((one) => isQuoted || !isLoose || !/\s/.test(one)).map((one) => [name, one] as const);
  });
  return [...whole, ...lines];
}

/** With what stands behind it and without. */
function valuesOf(written: string): readonly string[] {
  const quoted = /^(["'`])(.*?)(?<!\\)\1/.exec(written)?.[2];
  if (quoted !== undefined) return [quoted];
  const plain = written.replace(/[,;]$/, '');
  return [...new Set([plain, plain.replace(/\s+#.*$/, ''), plain.replace(/#.*$/, '')])];
}
