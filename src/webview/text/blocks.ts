/** Markdown that still grows, in pieces that no longer change. */

/**
 * Cuts growing text where a finished block ends, so that only the last piece is parsed again as more arrives. Never
 * inside a fence, never before an indented line: those belong to the block above.
 */
export function blocksOf(text: string): readonly string[] {
  const blocks: string[] = [];
  let block = '';
  let fence: string | undefined;
  let blank = false;
  for (const line of text.split(/(?<=\n)/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    const isStart = blank && !fence && /^\S/.test(line);
    if (isStart && block.trim() !== '') {
      blocks.push(block);
      block = '';
    }
    if (mark && !fence) fence = mark;
    else if (mark && fence && mark[0] === fence[0] && mark.length >= fence.length) fence = undefined;
    block += line;
    blank = line.trim() === '';
  }
  return block === '' ? blocks : [...blocks, block];
}
