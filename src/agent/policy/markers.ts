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
