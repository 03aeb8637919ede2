/**
 * Spellings that must not be followed, whatever they lead to: addresses taken for paths, and what Windows reads as another
 * file, a device or another machine. Judged on the text as it was given.
 */

interface SpellingRule {
  readonly test: RegExp;
  readonly windows?: true;
  readonly fault: string;
}

const RULES: readonly SpellingRule[] = [
  { test: /^\s*$/, fault: 'The path is empty: name a file, or "." for the root folder.' },
  { test: /\0/, fault: 'The path holds a NUL character.' },
  { test: /^.{4097}/s, fault: 'The path is longer than 4,096 characters.' },
  { test: /^(?!file:)[a-z][a-z0-9+.-]+:\/\//i, fault: 'This is an address, not a path.' },
  {
    test: /^[\\/]{2}/,
    windows: true,
    fault: 'Network and device paths are not opened: they can send your login to another machine.',
  },
  {
    test: /^[a-z]:(?![\\/])/i,
    windows: true,
    fault: "A drive without a slash means that drive's current folder: write the whole path.",
  },
  { test: /^(?!file:).*(?<!^[a-z]):/is, windows: true, fault: 'A colon names a stream of the file, not a file.' },
  { test: /~\d/, windows: true, fault: 'Short (8.3) names are not taken: write the long name.' },
  {
    test: /[^\\/.][. ]+(?=$|[\\/])|(?:^|[\\/])\.{3,}(?=$|[\\/])/,
    windows: true,
    fault: 'Windows drops dots and blanks at the end of a name: leave them out.',
  },
  {
    test: /(?:^|[\\/])(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?: *\.[^\\/]*)?(?=$|[\\/])/i,
    windows: true,
    fault: 'This name is a device on Windows.',
  },
];

/** Why a path must not be written like this, in one sentence; `undefined`: it may. `windows`: the host's rules. */
export function spellingFault(given: string, windows: boolean): string | undefined {
  return RULES.find((rule) => (windows || !rule.windows) && rule.test.test(given))?.fault;
}

/** The host shows in what it resolves: only Windows' absolute paths begin with a drive or two slashes. */
export const isWindowsPath = (real: string): boolean => /^(?:[a-z]:[\\/]|[\\/]{2})/i.test(real);
