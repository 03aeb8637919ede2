/** A file's text with `\n` endings, in which a model thinks; searched there, with the way back to the file's own offsets. */
import { toLf } from './lines.ts';

export class Source {
  readonly text: string;
  private readonly lf: string;
  /** Offsets in `lf` of the breaks that are `\r\n` in `text`. */
  private readonly wide: readonly number[];
  private split: readonly string[] | undefined;
  private starts: readonly number[] | undefined;

  constructor(text: string) {
    this.text = text;
    this.lf = toLf(text);
    const wide: number[] = [];
    for (let at = text.indexOf('\r\n'); at >= 0; at = text.indexOf('\r\n', at + 2)) wide.push(at - wide.length);
    this.wide = wide;
  }

  get lines(): readonly string[] {
    this.split ??= this.lf.split('\n');
    return this.split;
  }

  lineStart(line: number): number {
    if (!this.starts) {
      let at = 0;
      this.starts = this.lines.map((text) => {
        const start = at;
        at += text.length + 1;
        return start;
      });
    }
    return this.starts[line] ?? this.lf.length;
  }

  /** Line number, from 1, of an offset in `text`. */
  lineOf(offset: number): number {
    return toLf(this.text.slice(0, offset)).split('\n').length;
  }

  /** True when only blanks, at least one, stand before this offset of `lf` in its line. */
  isIndentation(offset: number): boolean {
    return /^[ \t]+$/.test(this.lf.slice(this.lf.lastIndexOf('\n', offset - 1) + 1, offset));
  }

  includes(text: string): boolean {
    return this.lf.includes(text);
  }

  /** Where `old` is in `lf`: its first offset, and the line numbers of the first places. Overlapping places count. */
  occurrences(old: string): {
    readonly start: number | undefined;
    readonly lines: readonly number[];
    readonly more: boolean;
  } {
    const places: number[] = [];
    for (let at = this.lf.indexOf(old); at >= 0 && places.length <= 20; at = this.lf.indexOf(old, at + 1))
      places.push(at);
    let line = 1;
    let counted = 0;
    const lines = places.map((place) => {
      for (let at = this.lf.indexOf('\n', counted); at >= 0 && at < place; at = this.lf.indexOf('\n', at + 1)) {
        line++;
        counted = at + 1;
      }
      return line;
    });
    return { start: places[0], lines: lines.slice(0, 20), more: places.length > 20 };
  }

  /** An offset of `lf` in `text`. */
  raw(offset: number): number {
    let low = 0;
    let high = this.wide.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.wide[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return offset + low;
  }
}
