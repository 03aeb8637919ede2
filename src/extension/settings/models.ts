/** Which model answers: the server of the settings with its key, or the recorded one. */
import * as vscode from 'vscode';
import { chatModel } from '../../agent/model/chat.ts';
import type { Model, Profile } from '../../agent/model/model.ts';
import { profileOf } from '../../agent/model/profile.ts';
import { parseRecording, recordedModel } from '../../agent/model/record.ts';
import { LOCAL_SERVERS, listModels } from '../../agent/model/servers.ts';
import type { HostState } from '../../agent/protocol.ts';
import { systemClock } from '../../headless/ports/clock.ts';
import type { Keys } from './keys.ts';
import { Recordings } from './recordings.ts';
import { modelSettings, setModel } from './settings.ts';

const RECORDED = 'recorded';
const OPENAI = 'https://api.openai.com/v1';
/** Milliseconds between two pieces of a recorded reply: enough to be seen streaming. */
const PACE_MS = 8;

const needsKey = (baseUrl: string): boolean => new URL(baseUrl).host === new URL(OPENAI).host;
const noKey = (baseUrl: string): string => vscode.l10n.t('There is no key for {0} yet.', new URL(baseUrl).host);

/** Says what is missing; nothing leaves the machine. */
const unsent = (profile: Profile, message: string): Model => ({
  profile,
  async *stream() {
    yield { type: 'fault', fault: { kind: 'auth', message } };
  },
});

export interface RunModels {
  readonly model: Model;
  readonly models: (id: string) => Promise<Model>;
}

/** Looks the server and its key up again for every request, so that a key set while a run waits is used at once. */
async function live(resolve: () => Promise<Model>): Promise<Model> {
  let model = await resolve();
  return {
    get profile() {
      return model.profile;
    },
    async *stream(request, signal) {
      model = await resolve();
      yield* model.stream(request, signal);
    },
  };
}

export class Models {
  readonly recordings: Recordings;
  readonly #keys: Keys;
  /** The server in use: it remembers the dialect that was found to work. */
  #chat: { readonly key: string; readonly model: Model } | undefined;
  /** A key was stored or removed. */
  readonly onChange: vscode.Event<unknown>;

  constructor(extensionUri: vscode.Uri, keys: Keys) {
    this.recordings = new Recordings(extensionUri);
    this.#keys = keys;
    this.onChange = keys.onChange;
  }

  /** For one run: the model of the settings as they are now, and any other by its id. */
  async forRun(root: string, goal: string): Promise<RunModels> {
    // One instance for the whole run: it counts which of two equal requests it is answering.
    const text = await this.recordings.of(goal);
    const recorded = recordedModel(text === undefined ? undefined : parseRecording(text), {
      root,
      clock: systemClock,
      paceMs: PACE_MS,
    });
    const models = (id: string) => live(() => this.#resolve(id, recorded, text !== undefined));
    return { model: await models(modelSettings().id), models };
  }

  /** `known`: a recording suits the folder, so that a first run needs no key. */
  async describe(known: boolean): Promise<HostState['model']> {
    const { id, baseUrl } = modelSettings();
    if (id === RECORDED) return { id, label: vscode.l10n.t('Recorded model'), ready: true };
    const { host } = new URL(baseUrl);
    const ready = !needsKey(baseUrl) || (await this.#keys.get(baseUrl)) !== undefined;
    if (!ready && known) return { id: RECORDED, label: vscode.l10n.t('Recorded model (no key yet)'), ready: true };
    const label = `${id} · ${host}`;
    return ready ? { id, label, ready } : { id, label, ready, problem: noKey(baseUrl) };
  }

  /** Without a key the recorded model answers the goals it knows. */
  async #resolve(id: string, recorded: Model, known: boolean): Promise<Model> {
    const { baseUrl, overrides } = modelSettings();
    const apiKey = await this.#keys.get(baseUrl);
    const keyless = !apiKey && needsKey(baseUrl);
    if (id === RECORDED || (known && keyless)) return recorded;
    const profile = await profileOf(id, overrides);
    if (keyless) return unsent(profile, noKey(baseUrl));
    const key = JSON.stringify([id, baseUrl, apiKey, overrides]);
    if (this.#chat?.key !== key)
      this.#chat = { key, model: chatModel({ baseUrl, apiKey, model: id, profile, fetch, clock: systemClock }) };
    return this.#chat.model;
  }

  /** The "Select Model" command: the recorded model, servers on this machine, OpenAI, any other server. */
  async select(): Promise<void> {
    const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly choose?: () => Promise<unknown> }>();
    const { l10n } = vscode;
    pick.title = l10n.t('Select the model');
    pick.matchOnDescription = true;
    const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator });
    const fixed = [
      separator(l10n.t('Without a key')),
      {
        label: l10n.t('Recorded model'),
        description: l10n.t('replays a recorded session of the example goals'),
        choose: () => setModel(RECORDED, OPENAI),
      },
      separator(l10n.t('Servers')),
      { label: 'OpenAI', description: OPENAI, choose: () => this.#byName(OPENAI) },
      {
        label: l10n.t('Another server…'),
        description: l10n.t('any OpenAI-compatible address'),
        choose: () => this.#byAddress(),
      },
    ];
    pick.items = fixed;
    pick.busy = true;
    pick.show();
    const search = new AbortController();
    const looking = Promise.all(
      LOCAL_SERVERS.map(async ({ name, baseUrl }) => {
        const found = await listModels(baseUrl, undefined, fetch, search.signal);
        const items = found.map((id) => ({
          label: id,
          description: `${name} · ${baseUrl}`,
          choose: () => setModel(id, baseUrl),
        }));
        if (items.length > 0) pick.items = [separator(l10n.t('On this machine')), ...items, ...pick.items];
      }),
    ).finally(() => {
      pick.busy = false;
    });
    const chosen = await new Promise<(typeof pick.items)[number] | undefined>((resolve) => {
      pick.onDidAccept(() => resolve(pick.selectedItems[0]));
      pick.onDidHide(() => resolve(undefined));
    });
    search.abort();
    await looking.catch(() => undefined);
    pick.dispose();
    await chosen?.choose?.();
  }

  async #byAddress(): Promise<void> {
    const baseUrl = await vscode.window.showInputBox({
      title: vscode.l10n.t('Address of the server'),
      value: 'http://localhost:11434/v1',
      ignoreFocusOut: true,
      validateInput: (text) =>
        /^https?:$/.test(URL.parse(text)?.protocol ?? '')
          ? undefined
          : vscode.l10n.t('An address that begins with http:// or https://.'),
    });
    if (baseUrl) await this.#byName(baseUrl);
  }

  async #byName(baseUrl: string): Promise<void> {
    const known = await listModels(baseUrl, await this.#keys.get(baseUrl), fetch, AbortSignal.timeout(5_000));
    const title = vscode.l10n.t('Name of the model');
    const id =
      known.length > 0
        ? await vscode.window.showQuickPick([...known], { title, ignoreFocusOut: true })
        : await vscode.window.showInputBox({ title, value: 'gpt-5.1', ignoreFocusOut: true });
    if (!id) return;
    await setModel(id, baseUrl);
    if (needsKey(baseUrl) && (await this.#keys.get(baseUrl)) === undefined) await this.#keys.ask(baseUrl, undefined);
  }
}
