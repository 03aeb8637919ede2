/** Rows of area `secret`: text on its way to a log, an export or a screen; settings; and where a stored key goes. */
import * as z from 'zod';
import { isPrivateHeader } from '../response.ts';
import { isSecretName, redactSecrets, secretsIn } from '../secret.ts';
import { judgeKeyUse, judgeSettingValue, judgeWorkspaceSetting } from '../setting.ts';
import { type Form, form, judgeForms, ofVerdict, type Ruling, ruling } from './ruling.ts';

const Text = z.string();

const FORMS: readonly Form[] = [
  form(
    z.object({
      sink: Text,
      text: Text.optional(),
      textParts: z.array(Text).optional(),
      chunks: z.array(Text).optional(),
    }),
    ({ sink, text, textParts, chunks }) => judgeText(sink, text ?? (textParts ?? chunks)?.join('')),
  ),
  form(z.object({ env: z.record(Text, Text).or(z.array(Text)) }), ({ env }) => {
    const named = Array.isArray(env) ? env.map((text): [string, string] => split(text)) : Object.entries(env);
    const hidden = named.filter(([name, value]) => isSecretName(name) || redactSecrets(value) !== value);
    return hidden.length > 0
      ? ruling('redact', 'secret-environment', `${hidden.map(([name]) => name).join(', ')} is not handed on.`)
      : ruling('allow', 'environment', 'No variable is secretly named.');
  }),
  form(z.object({ sink: z.enum(['settings', 'settings.json']), key: Text }), ({ key }) =>
    ofVerdict(judgeSettingValue(key)),
  ),
  form(z.object({ sink: z.enum(['secretStorage', 'SecretStorage']), key: Text }), () =>
    ruling('allow', 'secret-storage', "The editor's secret storage is where keys belong."),
  ),
  form(z.object({ headers: z.record(Text, Text) }), ({ headers }) => {
    const hidden = Object.keys(headers).filter(
      (name) => isPrivateHeader(name) || redactSecrets(headers[name] ?? '') !== headers[name],
    );
    return hidden.length > 0
      ? ruling('redact', 'secret-header', `${hidden.join(', ')} is never logged and never shown.`)
      : ruling('allow', 'headers', 'No header carries a login.');
  }),
  form(z.object({ workspaceSetting: Text }), ({ workspaceSetting }) =>
    ofVerdict(judgeWorkspaceSetting(workspaceSetting)),
  ),
  form(z.object({ key: Text, requestHost: Text }), ({ key, requestHost }) =>
    ofVerdict(judgeKeyUse(key.replace(/^.*\bfor\s+/, ''), requestHost)),
  ),
];

/** `NAME=value`, or a name alone. */
const split = (text: string): [string, string] => {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};

/** Whatever goes there goes through the redactor, and of telemetry no text is part at all. */
const ALWAYS = new Set([
  ...[
    'export',
    'telemetry',
    'crash',
    'crash-dump',
    'log',
    'logs',
    'debug-log',
    'journal',
    'transcript',
    'trace',
    'report',
  ],
  ...['stream', 'terminal', 'clipboard', 'notification', 'issue'],
]);

function judgeText(sink: string, text: string | undefined): Ruling | undefined {
  if (text === undefined)
    return ALWAYS.has(sink)
      ? ruling('redact', `sink-${sink}`, 'What goes there has no secret in it, and says what was taken out.')
      : undefined;
  const found = secretsIn(redactSecrets(text)).filter((name) => !text.includes(name));
  if (found.length > 0) return ruling('redact', 'secret-text', `${found.join(', ')} stands for what was taken out.`);
  return sink === 'telemetry'
    ? ruling('redact', 'sink-telemetry', 'No text of a prompt, a file or a command is part of telemetry.')
    : ruling('allow', 'no-secret', 'Nothing in it has the shape or the name of a secret.');
}

export const judgeSecret = (input: unknown): Ruling => judgeForms('secret', FORMS, input);
