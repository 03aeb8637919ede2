/** The engine says what is wrong in fixed English sentences, for its journal and its log; people read them in their language. */
import * as vscode from 'vscode';

type Say = (...found: string[]) => string;

const SENTENCES: Readonly<Record<string, Say>> = {
  'Say what you want to reach.': () => vscode.l10n.t('Say what you want to reach.'),
  'This run has ended.': () => vscode.l10n.t('This run has ended.'),
  'Its journal is gone.': () => vscode.l10n.t('Its journal is gone.'),
  'This run is not paused.': () => vscode.l10n.t('This run is not paused.'),
  'This question is no longer open.': () => vscode.l10n.t('This question is no longer open.'),
  'The proposal changed after it was shown. Look at it again.': () =>
    vscode.l10n.t('The proposal changed after it was shown. Look at it again.'),
  'Continuous mode needs a limit on steps or cost. Set goalwright.limits.steps or goalwright.limits.cost.': () =>
    vscode.l10n.t(
      'Continuous mode needs a limit on steps or cost. Set goalwright.limits.steps or goalwright.limits.cost.',
    ),
  'The price of this model is not known, so a cost limit alone cannot stop the run. Set a limit on steps too.': () =>
    vscode.l10n.t(
      'The price of this model is not known, so a cost limit alone cannot stop the run. Set a limit on steps too.',
    ),
  'Another window took this run over; this one can only show it now.': () =>
    vscode.l10n.t('Another window took this run over; this one can only show it now.'),
  'Another window took this run over while it was opened.': () =>
    vscode.l10n.t('Another window took this run over while it was opened.'),
  'This is the goal itself: stop the run instead.': () =>
    vscode.l10n.t('This is the goal itself: stop the run instead.'),
  'Continuous mode is turned off (CONTINUOUS_MODE). Choose another mode.': () =>
    vscode.l10n.t('Continuous mode is turned off (CONTINUOUS_MODE). Choose another mode.'),
  'A task needs a title.': () => vscode.l10n.t('A task needs a title.'),
  'A name is needed.': () => vscode.l10n.t('A name is needed.'),
  'The model of this run cannot be changed here.': () => vscode.l10n.t('The model of this run cannot be changed here.'),
  'It was cut off before it began.': () => vscode.l10n.t('It was cut off before it began.'),
  'There is nowhere to keep checkpoints.': () => vscode.l10n.t('There is nowhere to keep checkpoints.'),
  'Goalwright is at work: pause it first, then restore.': () =>
    vscode.l10n.t('Goalwright is at work: pause it first, then restore.'),
  'it is not a regular file': () => vscode.l10n.t('it is not a regular file'),
  'it changed each time while it was read': () => vscode.l10n.t('it changed each time while it was read'),
  'it was changed since': () => vscode.l10n.t('it was changed since'),
  'it was deleted since': () => vscode.l10n.t('it was deleted since'),
  'a folder is in its place': () => vscode.l10n.t('a folder is in its place'),
  'its content is missing in the checkpoint': () => vscode.l10n.t('its content is missing in the checkpoint'),
  'the checkpoint does not know that it was not there': () =>
    vscode.l10n.t('the checkpoint does not know that it was not there'),
  'There is no such checkpoint any more: it was cleaned up, or is damaged.': () =>
    vscode.l10n.t('There is no such checkpoint any more: it was cleaned up, or is damaged.'),
  'Data of this checkpoint is missing or damaged.': () =>
    vscode.l10n.t('Data of this checkpoint is missing or damaged.'),
  'There are too many files for a checkpoint. Name folders that need none in .gitignore.': () =>
    vscode.l10n.t('There are too many files for a checkpoint. Name folders that need none in .gitignore.'),
  'Another window took over the checkpoints. Try again.': () =>
    vscode.l10n.t('Another window took over the checkpoints. Try again.'),
  'git was not found on this computer.': () => vscode.l10n.t('git was not found on this computer.'),
  'Nothing to commit: these files are as the last commit has them.': () =>
    vscode.l10n.t('Nothing to commit: these files are as the last commit has them.'),
  'It has unsaved changes in the editor. Save or revert it first.': () =>
    vscode.l10n.t('It has unsaved changes in the editor. Save or revert it first.'),
  'This run is at work.': () => vscode.l10n.t('This run is at work.'),
  'another window that is just starting': () => vscode.l10n.t('another window that is just starting'),
};

/** Sentences with something in them; what was found there may itself be one of the engine's. */
const FORMS: readonly (readonly [RegExp, Say])[] = [
  [
    /^Another run is at work in this folder \((.+)\)\.$/s,
    (holder = '') => vscode.l10n.t('Another run is at work in this folder ({0}).', inWords(holder)),
  ],
  [/^([A-Z_]+) is not available yet\.$/, (name = '') => vscode.l10n.t('{0} is not available yet.', name)],
  [
    /^([A-Z_]+) is neither True nor False: it counts as (True|False)\.$/,
    (name = '', as = '') => vscode.l10n.t('{0} is neither True nor False: it counts as {1}.', name, as),
  ],
  [/^process (\d+) on this computer$/, (pid = '') => vscode.l10n.t('process {0} on this computer', pid)],
  [/^process (\d+) on (\S+)$/, (pid = '', host = '') => vscode.l10n.t('process {0} on {1}', pid, host)],
  [/^There is no run (.+)\.$/, (run = '') => vscode.l10n.t('There is no run {0}.', run)],
  [
    /^There is no event (\S+) in this run\.$/,
    (event = '') => vscode.l10n.t('There is no event {0} in this run.', event),
  ],
  [/^There is no task (t\d+) any more\.$/, (task = '') => vscode.l10n.t('There is no task {0} any more.', task)],
  [/^(t\d+) has ended already\.$/, (task = '') => vscode.l10n.t('{0} has ended already.', task)],
  [/^(t\d+) has not ended yet\.$/, (task = '') => vscode.l10n.t('{0} has not ended yet.', task)],
  [
    /^(t\d+) has ended: retry it to change it\.$/,
    (task = '') => vscode.l10n.t('{0} has ended: retry it to change it.', task),
  ],
  [
    /^(t\d+) is being checked: wait a moment\.$/,
    (task = '') => vscode.l10n.t('{0} is being checked: wait a moment.', task),
  ],
  [
    /^(t\d+) cannot wait for (t\d+): \2 waits for \1\.$/,
    (task = '', other = '') => vscode.l10n.t('{0} cannot wait for {1}: {1} waits for {0}.', task, other),
  ],
  [/^There is no event (\d+) in this run\.$/, (seq = '') => vscode.l10n.t('There is no event {0} in this run.', seq)],
  [
    /^The disk is full\. Free some space, then resume the run\. \((.*)\)$/s,
    (detail = '') => vscode.l10n.t('The disk is full. Free some space, then resume the run. ({0})', detail),
  ],
  [
    /^The folder of the runs may not be written\. Check its permissions, then resume the run\. \((.*)\)$/s,
    (detail = '') =>
      vscode.l10n.t(
        'The folder of the runs may not be written. Check its permissions, then resume the run. ({0})',
        detail,
      ),
  ],
  [
    /^The run cannot be recorded, so it is paused\. \((.*)\)$/s,
    (detail = '') => vscode.l10n.t('The run cannot be recorded, so it is paused. ({0})', detail),
  ],
  [
    /^A newer Goalwright wrote this journal \((.*)\)\. Update to continue it\.$/s,
    (detail = '') => vscode.l10n.t('A newer Goalwright wrote this journal ({0}). Update to continue it.', detail),
  ],
  [
    /^The journal is damaged at byte (\d+), (.*)\. It is kept as it is and opened read-only\.$/s,
    (at = '', detail = '') =>
      vscode.l10n.t('The journal is damaged at byte {0}, {1}. It is kept as it is and opened read-only.', at, detail),
  ],
  [/^There is no checkpoint (k\d+)\.$/, (id = '') => vscode.l10n.t('There is no checkpoint {0}.', id)],
  [/^Nothing was restored: (.*)$/s, (why = '') => vscode.l10n.t('Nothing was restored: {0}', inWords(why))],
  [/^The checkpoint store failed: (.*)$/s, (why = '') => vscode.l10n.t('The checkpoint store failed: {0}', why)],
  [
    /^The checkpoints are in use by (.*)\.$/s,
    (holder = '') => vscode.l10n.t('The checkpoints are in use by {0}.', inWords(holder)),
  ],
  [
    /^The checkpoints of this folder would need more than (\d+) MB\. Run "Goalwright: Clean Up Checkpoints", or name folders that need none in \.gitignore\.$/,
    (size = '') =>
      vscode.l10n.t(
        'The checkpoints of this folder would need more than {0} MB. Run "Goalwright: Clean Up Checkpoints", or name folders that need none in .gitignore.',
        size,
      ),
  ],
  [
    /^git took longer than (\d+) s and was ended: name fewer paths\.$/,
    (time = '') => vscode.l10n.t('git took longer than {0} s and was ended: name fewer paths.', time),
  ],
  [
    /^Pattern (\d+) for secrets does not count: (.*)\.$/s,
    (number = '', why = '') => vscode.l10n.t('Pattern {0} for secrets does not count: {1}.', number, why),
  ],
  [
    /^Only the first (\d+) patterns for secrets count\.$/,
    (count = '') => vscode.l10n.t('Only the first {0} patterns for secrets count.', count),
  ],
  [
    /^(.+) (?:is larger than \d+ KB|is no regular file|cannot be read): its values are not known as secrets\.$/s,
    (file = '') => vscode.l10n.t('{0} cannot be read: its values are not known as secrets.', file),
  ],
  [
    /^Only (\d+) values of environment files are kept secret\.$/,
    (count = '') => vscode.l10n.t('Only {0} values of environment files are kept secret.', count),
  ],
  [
    /^Only (\d+) environment files are looked into\.$/,
    (count = '') => vscode.l10n.t('Only {0} environment files are looked into.', count),
  ],
  [
    /^Environment files are looked for in the first (\d+) folders only\.$/,
    (count = '') => vscode.l10n.t('Environment files are looked for in the first {0} folders only.', count),
  ],
];

/** A text of the engine in the person's language; one it does not know stays as it is. */
export function inWords(text: string): string {
  if (Object.hasOwn(SENTENCES, text)) return SENTENCES[text]?.() ?? text;
  for (const [form, say] of FORMS) {
    const found = form.exec(text);
    if (found) return say(...found.slice(1));
  }
  return text;
}
