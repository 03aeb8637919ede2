/** Marks by which models tell who speaks. In data they are only characters, and are written so that no model takes them for more. */

const NAMES = [
  ...['system', 'assistant', 'tool_result', 'tool_results', 'tool_call', 'tool_calls', 'tool_use', 'tool_response'],
  ...['function_calls', 'function_call', 'function_result', 'function_results', 'system-reminder', 'system_prompt'],
  ...['im_start', 'im_end'],
];

/** Tags of chat formats, ChatML's and Llama's marks, and turns written out at the start of a line. */
const MARKERS = new RegExp(
  [
    `</?(?:${NAMES.join('|')})(?:\\s[^<>\\n]{0,200})?>`,
    '<\\|[a-z_]{2,40}\\|>',
    '<(?:start|end)_of_turn>|</?s>(?=\\s*\\[INST\\])',
    '\\[/?INST\\]|<</?SYS>>',
    '^\\s{0,3}#{2,3} (?:System|Assistant|Human|User|Instruction):',
    '(?<=\\n\\n)(?:Human|Assistant|System): ',
  ].join('|'),
  'gim',
);

export const hasMarkers = (text: string): boolean => text.search(MARKERS) >= 0;

/** The text with the first sign of each mark escaped; nothing else changes. */
export const withoutMarkers = (text: string): string => text.replace(MARKERS, (mark) => `\\${mark}`);

/** Those that servers turn into tokens of their own, wherever they stand: there a fence means nothing. */
const CONTROL = /<\|[a-z_]{2,40}\|>|<(?:start|end)_of_turn>|\[\/?INST\]|<<\/?SYS>>/gi;
const ESCAPED = new RegExp(`\\\\(${CONTROL.source})`, 'gi');

/** As data for a model. */
export const withoutControl = (text: string): string => text.replace(CONTROL, (mark) => `\\${mark}`);

/** What the model read of a file in that form, as the file has it. */
export const withControl = (text: string, file: string): string =>
  file.search(CONTROL) >= 0 && file.search(ESCAPED) < 0 ? text.replace(ESCAPED, (_, mark: string) => mark) : text;
