/** The panel's words and icons for the tools. */
import * as l10n from '@vscode/l10n';
import type { Icon } from '../look/icons.ts';

/** What a call is doing. */
export function callText(tool: string): string {
  switch (tool) {
    case 'read':
      return l10n.t('Reading');
    case 'search':
    case 'find':
      return l10n.t('Searching');
    case 'edit':
    case 'patch':
    case 'write':
      return l10n.t('Writing the file');
    case 'run':
      return l10n.t('Running a command');
    default:
      return l10n.t('Working');
  }
}

export function toolIcon(tool: string): Icon {
  switch (tool) {
    case 'read':
      return 'file';
    case 'search':
    case 'find':
      return 'search';
    case 'edit':
    case 'patch':
      return 'edit';
    case 'delete':
      return 'trash';
    case 'move':
      return 'file-symlink-file';
    case 'git':
      return 'repo-forked';
    case 'write':
      return 'new-file';
    case 'run':
      return 'terminal';
    case 'plan':
      return 'list-tree';
    case 'finish':
      return 'checklist';
    case 'ask':
      return 'question';
    default:
      return 'tools';
  }
}
