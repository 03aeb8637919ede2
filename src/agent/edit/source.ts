/** A file's text with `\n` endings, in which a model thinks; searched there, with the way back to the file's own offsets. */
import { toLf } from './lines.ts';
import { indentOf } from './reindent.ts';

export class Source {
  readonly text: string;
  private readonly lf: string;
  /** Offsets in `lf` of the breaks that are `\r\n` in `text`. */
  private readonly wide: readonly number[];
  private blank: boolean | undefined;
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

  /** Some of its lines end with blanks. */
  get endsBlank(): boolean {
    this.blank ??= /\S[ \t]+$/m.test(this.lf);
    return this.blank;
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

  /**
   * True when one of these lines, which were found from index `first` on but for their indentation, is to be found as it is
   * elsewhere: the text that was meant may be there, and have changed.
   */
  hasRival(old: readonly string[], first: number): boolean {
    return old.some((line, index) => {
      const there = this.lines[first + index] ?? '';
      if (indentOf(line) === indentOf(there) || (line.match(/[\p{L}\p{N}_]/gu)?.length ?? 0) < 6) return false;
      const at = this.lines.indexOf(line);
      return at >= 0 && (at < first || at >= first + old.length || this.lines.indexOf(line, first + old.length) >= 0);
    });
  }

  /**
   * True when half of these lines, which were found from index `first` on but for a blank line, are to be found elsewhere, in
   * the same order and distance: that may be the text that was meant, and have changed.
   */
  hasTwin(old: readonly string[], first: number): boolean {
    const votes = new Map<number, number>();
    const solid = [...old.entries()].filter(([, line]) => line.trim() !== '');
    for (const [index, line] of solid) {
      for (
        let at = this.lines.indexOf(line), tries = 0;
        at >= 0 && tries < 50;
        at = this.lines.indexOf(line, at + 1), tries++
      )
        votes.set(at - index, (votes.get(at - index) ?? 0) + 1);
    }
    return [...votes].some(([start, count]) => start !== first && count * 2 >= solid.length);
  }

  /** True when this, and blanks around it, is a line. */
  hasLine(text: string): boolean {
    return this.lines.some((line) => line.trim() === text);
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
