/** Edits a file of so many megabytes and prints, as JSON, what became of it and the most memory it took, as a multiple of the file. */
import { propose } from '../../../src/agent/edit/proposal.ts';
import { content, file } from './texts.ts';

const [megabytes = '1', line = 'line\n'] = process.argv.slice(2);
const size = Number(megabytes) * 1024 * 1024;
const bytes = Buffer.concat([Buffer.alloc(size - (size % Buffer.byteLength(line)), line), Buffer.from('\tlast = 1\n')]);
const before = process.resourceUsage().maxRSS;
const result = propose(file(), content(bytes), { edits: [{ old: 'last = 1  \n', new: 'last = 2\n' }] });
const ratio = ((process.resourceUsage().maxRSS - before) * 1024) / bytes.length;
const tail = result.kind === 'proposed' ? Buffer.from(result.after.subarray(-10)).toString() : result.forModel;
const kept = result.kind === 'proposed' && bytes.subarray(0, -10).equals(result.after.subarray(0, -10));
console.log(JSON.stringify({ kind: result.kind, tail, kept, ratio }));
