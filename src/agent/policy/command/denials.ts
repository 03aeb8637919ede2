/** What is never run, whatever the mode and the rules: told by each command's own words, also inside loops and conditions. */
import type { Simple, Word } from './script.ts';

export interface Denial {
  readonly rule: string;
  /** One sentence. */
  readonly reason: string;
}

const deny = (rule: string, reason: string): Denial => ({ rule, reason });

/** Whole trees that nobody means to lose. */
const WHOLE =
  /^(?:\/+\*?|(?:~|\$HOME|\$\{HOME\})\/?\*?|\.{1,2}\/?|\/(?:home|root|etc|usr|bin|sbin|lib|lib64|var|opt|boot|dev|sys|proc|Users|System|Library|Applications|mnt|srv)(?:\/\*?)?|[A-Za-z]:[\\/]?\*?)$/;

const DEVICE = /^\/dev\/(?:sd|hd|nvme|vd|xvd|disk|mmcblk|mem|kmem|mapper\/)/;

const NETWORK: ReadonlySet<string> = new Set(
  'curl wget nc ncat netcat socat ssh scp sftp rsync ftp telnet nslookup dig host ping http https aria2c'.split(' '),
);

const SECRET =
  /(?:^|[/@=])(?:\.env(?!\.(?:example|sample|template)\b)[\w.-]*|\.ssh|\.aws|\.gnupg|\.netrc|\.npmrc|\.pypirc|\.git-credentials|\.kube|\.docker\/config\.json|id_(?:rsa|dsa|ecdsa|ed25519)|credentials(?:\.json)?|environ|shadow)(?:$|[/:])/;

/** The first rule that meets, or `undefined`. */
export function denialOf({ argv: [name, ...args], redirects }: Simple): Denial | undefined {
  const program = name.text.replace(/^.*\//, '');
  const flags = args.filter(({ text }) => text.startsWith('-')).map(({ text }) => text);
  const operands = args.filter(({ text }) => !text.startsWith('-'));
  const has = (letters: RegExp, long: RegExp): boolean =>
    flags.some((flag) => (flag.startsWith('--') ? long.test(flag) : letters.test(flag)));
  const whole = operands.find(({ text }) => WHOLE.test(text));
  const recursive = has(/[rR]/, /^--recursive/);
  if (program === 'rm' && recursive && whole) return deny('delete-tree', `It deletes the whole tree ${whole.text}.`);
  if (/^ch(?:mod|own|grp)$/.test(program) && recursive && whole && !/^\.\/?$/.test(whole.text))
    return deny('change-tree', `It changes the whole tree ${whole.text}.`);
  if (/^(?:mkfs(?:\..+)?|mkswap|wipefs|fdisk|parted|sgdisk)$/.test(program))
    return deny('format-disk', 'It formats or partitions a disk.');
  if (program === 'dd' && args.some(({ text }) => text.startsWith('of=') && DEVICE.test(text.slice(3))))
    return deny('write-device', 'It writes to a disk behind its file system.');
  if (redirects.some(({ access, target }) => access === 'edit' && DEVICE.test(target.text)))
    return deny('write-device', 'It writes to a disk behind its file system.');
  if (program === 'kill' && args.some(({ text }) => text === '-1') && args.length > 1)
    return deny('kill-all', 'It ends every process of this user.');
  if (
    /^(?:code|code-insiders|codium|cursor|windsurf)$/.test(program) &&
    flags.some((flag) => /^--(?:un)?install-extension/.test(flag))
  )
    return deny('editor-extension', 'It changes the extensions of the editor.');
  if (program === 'git' && flags.includes('--unsafe-paths'))
    return deny('git-unsafe-paths', 'It lets a patch write outside the work tree.');
  if (NETWORK.has(program) && args.some(({ text }) => SECRET.test(text)))
    return deny('send-secret', 'It could send a file of secrets over the network.');
  return undefined;
}

/** Of a pipeline or list: a secret that is read in one command and a network program in another. */
export function sendsSecret(commands: readonly Simple[]): Denial | undefined {
  const reads = commands.some(({ argv, redirects }) =>
    [...argv.slice(1), ...redirects.map(({ target }) => target)].some(({ text }: Word) => SECRET.test(text)),
  );
  const sends = commands.some(({ argv: [{ text }] }) => NETWORK.has(text.replace(/^.*\//, '')));
  return reads && sends ? deny('send-secret', 'It could send a file of secrets over the network.') : undefined;
}

/** Of the text itself, where a parser finds no commands. */
export function denialOfText(text: string): Denial | undefined {
  if (/:\s*\(\s*\)\s*\{\s*:\s*\|\s*:\s*&\s*\}/.test(text))
    return deny('fork-bomb', 'It fills the machine with processes.');
  const plain = text.replaceAll('^', '');
  if (
    /\b(?:rd|rmdir|del|erase)\b[^&|]*\/s\b[^&|]*\b[A-Za-z]:\\?(?:\s|$|\*)/i.test(plain) ||
    /\bformat\s+[A-Za-z]:/i.test(plain)
  )
    return deny('delete-tree', 'It deletes or formats a whole drive.');
  return undefined;
}
