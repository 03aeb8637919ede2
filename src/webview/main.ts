/** The panel's entry: the toolkit's elements it uses, then the shell. */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeTextArea,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import * as z from 'zod';
import './parts/app.ts';

// The page's policy forbids eval; zod would try it once and be reported.
z.config({ jitless: true });
provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeTextArea(), vsCodeTextField());
