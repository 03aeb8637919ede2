/** The recorded model: replies kept from live sessions, for a first run without a key. Which goals it knows stands in an index. */
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import * as z from 'zod';

const Index = z.array(
  z.object({
    file: z.string(),
    goal: z.string(),
    /** Offered in a folder whose package.json has this name, or in an empty folder. */
    suits: z.union([z.object({ package: z.string() }), z.literal('empty')]),
  }),
);
export type RecordingEntry = z.infer<typeof Index>[number];

export class Recordings {
  readonly #folder: vscode.Uri;
  #index: Promise<readonly RecordingEntry[]> | undefined;

  constructor(extensionUri: vscode.Uri) {
    this.#folder = vscode.Uri.joinPath(extensionUri, 'media', 'recordings');
  }

  index(): Promise<readonly RecordingEntry[]> {
    this.#index ??= this.#read('index.json').then((text) => Index.parse(JSON.parse(text)));
    return this.#index;
  }

  async of(goal: string): Promise<string | undefined> {
    const entry = (await this.index()).find((one) => one.goal === goal.trim());
    return entry && this.#read(entry.file);
  }

  /** The goal to offer in this folder. */
  async suggestion(folder: vscode.Uri): Promise<string | undefined> {
    const names = (await vscode.workspace.fs.readDirectory(folder))
      .map(([name]) => name)
      .filter((name) => name !== '.git');
    const manifest = names.includes('package.json')
      ? await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, 'package.json'))
      : undefined;
    const name = manifest && packageName(new TextDecoder().decode(manifest));
    return (await this.index()).find(({ suits }) => (suits === 'empty' ? names.length === 0 : suits.package === name))
      ?.goal;
  }

  #read(file: string): Promise<string> {
    return readFile(vscode.Uri.joinPath(this.#folder, file).fsPath, 'utf8');
  }
}

function packageName(manifest: string): string | undefined {
  try {
    return z.object({ name: z.string() }).parse(JSON.parse(manifest)).name;
  } catch {
    return undefined;
  }
}
