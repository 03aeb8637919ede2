/** Rows of area `mcp`: the start of a server, its consent, its address, its tools and what it asks for. */
import * as z from 'zod';
import { hashOf } from '../../hash.ts';
import { dataFindings } from '../data.ts';
import {
  isToolName,
  judgeConsent,
  judgeLaunch,
  judgeMethod,
  judgeServerUrl,
  judgeToolCall,
  launchHash,
  MCP_LIMITS,
  restartDelay,
  toolName,
  unpinned,
  untrusted,
} from '../mcp.ts';
import { visible } from '../names.ts';
import { redactAll, redactSecrets } from '../secret.ts';
import { Absent, type Form, form, judgeForms, ofVerdict, type Ruling, ruling } from './ruling.ts';

const Text = z.string();
/** A hash, or words that say what became of it. */
const Hash = Text.optional();
const Launch = z.object({
  command: Text,
  args: z.array(Text).default([]),
  env: z.record(Text, Text).default({}),
  cwd: Text.default('.'),
  trusted: z.boolean().default(true),
  approvedHash: Hash,
  nowHash: Hash,
  scriptHash: Hash,
  approvedScriptHash: Hash,
});
const Tool = z.object({
  tool: Text,
  userAllow: z.array(Text).default([]),
  ownTools: z.array(Text).default([]),
  description: Text.optional(),
  args: z.unknown().optional(),
});

/** Members that hold an address a client is told to go to. */
const ADDRESSES = ['url', 'authorizationUrl', 'authorization_endpoint', 'token_endpoint', 'metadataUrl', 'issuer'];
const Addresses = z
  .record(Text, z.unknown())
  .transform((input) => [...ADDRESSES, 'resource_metadata', 'oauth'].map((name) => input[name]))
  .pipe(z.array(z.unknown()))
  .transform((found) => found.filter((one) => typeof one === 'string'));

const FORMS: readonly Form[] = [
  form(z.object({ trusted: z.literal(false) }), () => ofVerdict(untrusted())),
  form(Launch, judgeStart),
  form(z.object({ approvedHash: Text, nowHash: Text, command: Absent }), (row) =>
    ofVerdict(judgeConsent('The server', row.approvedHash, row.nowHash)),
  ),
  // Only what is now is known: nothing can be said to be the same.
  form(z.object({ descHash: Text, approvedDescHash: Hash }), ({ descHash, approvedDescHash }) =>
    ofVerdict(judgeConsent("The server's list of tools", approvedDescHash ?? hashOf(''), descHash)),
  ),
  form(z.object({ scriptHash: Text, approvedScriptHash: Hash, command: Absent }), (row) =>
    ofVerdict(judgeConsent('The script of the server', row.approvedScriptHash ?? hashOf(''), row.scriptHash)),
  ),
  form(Addresses, (addresses) => strictest(addresses.map((url) => judgeServerUrl(url)))),
  form(Tool, judgeTool),
  form(z.object({ method: Text, tool: Absent }), ({ method }) => ofVerdict(judgeMethod(method))),
  form(z.object({ description: Text, tool: Absent }), ({ description }) => judgeWords(description)),
  form(z.object({ result: Text }), ({ result }) => judgeResult(result)),
  form(z.object({ resultBytes: z.number() }), ({ resultBytes }) => judgeSize(resultBytes)),
  form(z.object({ result: z.object({ bytes: z.number() }) }), ({ result }) => judgeSize(result.bytes)),
  form(z.object({ tools: z.number().int() }), ({ tools }) =>
    tools > MCP_LIMITS.tools
      ? ruling('sanitize', 'mcp-tools', `Of ${tools} tools the first ${MCP_LIMITS.tools} are offered.`)
      : ruling('allow', 'mcp-tools', 'All of its tools are offered.'),
  ),
  form(z.object({ call: Text }), ({ call }) =>
    /\b(?:never|hangs?|no (?:answer|reply|response)|times? ?out|stall)/i.test(call) ? late() : undefined,
  ),
  form(z.object({ elapsedMs: z.number() }), ({ elapsedMs }) =>
    elapsedMs > MCP_LIMITS.callMs ? late() : ruling('allow', 'mcp-in-time', 'The call is within its time.'),
  ),
  form(z.object({ exits: z.number().int().nonnegative() }), ({ exits }) => {
    const delay = restartDelay(exits);
    return delay === undefined
      ? ruling(
          'deny',
          'mcp-restarts',
          `The server ended ${exits} times: it is not started again before you ask for it.`,
        )
      : ruling('allow', 'mcp-restart', `The server is started again after ${delay / 1000} s.`);
  }),
];

function judgeStart({
  trusted,
  approvedHash,
  nowHash,
  scriptHash,
  approvedScriptHash,
  ...given
}: z.infer<typeof Launch>) {
  const scripts: Record<string, string> = scriptHash === undefined ? {} : { script: scriptHash };
  const launch = { ...given, scripts };
  // A row names its hashes: equal ones stand for a launch that is the same to the byte.
  const same = approvedHash !== undefined && approvedHash === nowHash && scriptHash === approvedScriptHash;
  const approved = same
    ? launchHash(launch)
    : scriptHash !== undefined || approvedHash !== undefined
      ? hashOf('')
      : undefined;
  const verdict = judgeLaunch(launch, trusted, approved);
  const loose = unpinned(launch.command, launch.args);
  // What was approved unpinned is not the same program tomorrow.
  if (verdict.verdict === 'allow' && loose.length > 0)
    return ruling('ask', 'mcp-unpinned', `${loose.join(', ')} has no version.`);
  return ofVerdict(verdict);
}

function judgeTool({ tool, userAllow, ownTools, description, args }: z.infer<typeof Tool>): Ruling {
  if (!isToolName(tool))
    return ruling('sanitize', 'mcp-tool-name', `The name ${visible(tool)} is offered and shown as ${toolName(tool)}.`);
  const call = judgeToolCall(tool, userAllow, ownTools);
  if (call.verdict === 'allow' && JSON.stringify(redactAll(args)) !== JSON.stringify(args))
    return ruling('ask', 'mcp-argument-secret', 'The call carries a secret to the server.');
  const words = description === undefined ? undefined : judgeWords(description);
  return call.verdict === 'allow' && words && words.decision !== 'allow' ? words : ofVerdict(call);
}

/** A description is read by models: what speaks to them in it is nobody's wish. */
function judgeWords(description: string): Ruling {
  const [finding] = dataFindings(description);
  if (!finding) return ruling('allow', 'mcp-description', 'The description only describes.');
  return ruling(finding.kind === 'shown' ? 'sanitize' : 'ask', finding.rule, finding.reason);
}

function judgeResult(result: string): Ruling {
  const words = judgeWords(result);
  if (words.decision !== 'allow') return words;
  return redactSecrets(result) === result
    ? ruling('allow', 'mcp-result', 'The result is data, and nothing in it looks like more.')
    : ruling('redact', 'mcp-result-secret', 'The result holds a secret: it is replaced by its name.');
}

const judgeSize = (bytes: number): Ruling =>
  bytes > MCP_LIMITS.resultBytes
    ? ruling('sanitize', 'mcp-result-size', 'The result is longer than 1 MB: its beginning and its end are shown.')
    : ruling('allow', 'mcp-result-size', 'The result is short enough.');

const late = (): Ruling =>
  ruling(
    'deny',
    'mcp-timeout',
    `No answer within ${MCP_LIMITS.callMs / 1000} s: the call is cancelled, and the model is told.`,
  );

function strictest(verdicts: readonly ReturnType<typeof judgeServerUrl>[]): Ruling | undefined {
  const found =
    verdicts.find(({ verdict }) => verdict === 'deny') ??
    verdicts.find(({ verdict }) => verdict === 'ask') ??
    verdicts[0];
  return found && ofVerdict(found);
}

export const judgeMcp = (input: unknown): Ruling => judgeForms('mcp', FORMS, input);
