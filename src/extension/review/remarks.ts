/**
 * Comment threads on the right sides of waiting edits: what the person tells the agent about single lines. The run stores
 * all remarks on an edit as one list, which goes to the model with the decision; the threads are made from it after a reload.
 */
import * as vscode from 'vscode';
import { type Asked, isEdit, waitingEdits } from '../../agent/journal/edits.ts';
import type { Comment } from '../../agent/journal/event.ts';
import type { Faults } from '../faults.ts';
import type { Happened, Session } from '../session.ts';
import { type Drafts, draftUri, SCHEME } from './drafts.ts';
import { movedBy } from './remark-lines.ts';

const MAX_QUOTE = 200;

export class Remarks {
  readonly #session: Session;
  readonly #drafts: Drafts;
  readonly #controller = vscode.comments.createCommentController('goalwright', 'Goalwright');
  /** By the address of their right side. */
  readonly #threads = new Map<string, vscode.CommentThread[]>();
  readonly #parts: vscode.Disposable[];

  constructor(session: Session, drafts: Drafts, faults: Faults) {
    this.#session = session;
    this.#drafts = drafts;
    this.#controller.options = {
      prompt: vscode.l10n.t('Tell Goalwright about these lines'),
      placeHolder: vscode.l10n.t('What is wrong here, or what instead? It is told with your decision.'),
    };
    this.#controller.commentingRangeProvider = {
      provideCommentingRanges: (document) =>
        this.#asked(document.uri) ? [new vscode.Range(0, 0, document.lineCount - 1, 0)] : [],
    };
    this.#parts = [
      this.#controller,
      session.onEvent((happened) => faults.watch(this.#follow(happened))),
      session.onChange(() => this.#refresh()),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => this.#move(document, contentChanges)),
    ];
    this.#refresh();
  }

  /** Returns what is wrong, for the person. */
  async add({ thread, text }: vscode.CommentReply): Promise<string | undefined> {
    const said = text.trim();
    if (said === '') return undefined;
    const key = thread.uri.toString();
    const threads = this.#threads.get(key) ?? [];
    if (!threads.includes(thread)) this.#threads.set(key, [...threads, thread]);
    thread.comments = [...thread.comments, new Remark(said, thread)];
    thread.label = labelOf();
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    return this.#store(thread.uri);
  }

  edit(remark: Remark): void {
    remark.mode = vscode.CommentMode.Editing;
    redraw(remark.thread);
  }

  async save(remark: Remark): Promise<string | undefined> {
    const text = textOf(remark.body).trim();
    if (text === '') return this.remove(remark);
    remark.text = text;
    this.cancel(remark);
    return this.#store(remark.thread.uri);
  }

  cancel(remark: Remark): void {
    remark.body = remark.text;
    remark.mode = vscode.CommentMode.Preview;
    redraw(remark.thread);
  }

  async remove({ thread, text }: Remark): Promise<string | undefined> {
    thread.comments = thread.comments.filter((one) => !(one instanceof Remark && one.text === text));
    if (thread.comments.length === 0) this.#drop(thread);
    return this.#store(thread.uri);
  }

  #asked(uri: vscode.Uri): Asked | undefined {
    if (uri.scheme !== SCHEME || uri.query !== '') return undefined;
    const asked = this.#drafts.approvalAt(uri);
    return asked?.status === 'waiting' && asked.subject.after ? asked : undefined;
  }

  async #follow({ event, state }: Happened): Promise<void> {
    if (!('approval' in event)) return;
    const approval = state.approvals.find(({ id }) => id === event.approval);
    if (!approval || !isEdit(approval)) return;
    const uri = draftUri(this.#session, approval);
    if (!uri) return;
    if (event.type !== 'proposal.drafted') return this.#show(uri);
    // Its lines have moved along with the text.
    if (this.#threads.has(uri.toString())) await this.#store(uri);
  }

  /** Another run is shown, or this one again. */
  #refresh(): void {
    for (const thread of [...this.#threads.values()].flat()) thread.dispose();
    this.#threads.clear();
    for (const asked of waitingEdits(this.#session.state())) {
      const uri = draftUri(this.#session, asked);
      if (uri) this.#show(uri);
    }
  }

  /** Makes the threads what the run has stored; what is so already stays untouched. */
  #show(uri: vscode.Uri): void {
    const key = uri.toString();
    const wanted = this.#asked(uri)?.comments ?? [];
    const threads = this.#threads.get(key) ?? [];
    if (JSON.stringify(threads.flatMap(remarksIn)) === JSON.stringify(wanted.map(withoutQuote))) return;
    for (const thread of threads) thread.dispose();
    const places = Map.groupBy(wanted, ({ first, last }) => `${first}-${last}`);
    this.#threads.set(
      key,
      [...places.values()].map((comments) => this.#thread(uri, comments)),
    );
  }

  #thread(uri: vscode.Uri, comments: readonly Comment[]): vscode.CommentThread {
    const [{ first, last } = { first: 1, last: 1 }] = comments;
    const thread = this.#controller.createCommentThread(uri, new vscode.Range(first - 1, 0, last - 1, 0), []);
    thread.comments = comments.map(({ text }) => new Remark(text, thread));
    thread.label = labelOf();
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    return thread;
  }

  async #store(uri: vscode.Uri): Promise<string | undefined> {
    const asked = this.#asked(uri);
    const threads = this.#threads.get(uri.toString()) ?? [];
    if (!asked) {
      this.#show(uri);
      return vscode.l10n.t('This proposal has been decided.');
    }
    const document = await vscode.workspace.openTextDocument(uri);
    const comments = threads.flatMap(remarksIn).map((remark): Comment => {
      const lines = new vscode.Range(remark.first - 1, 0, remark.last, 0);
      return { ...remark, quote: document.getText(lines).trim().slice(0, MAX_QUOTE) };
    });
    if (JSON.stringify(comments) === JSON.stringify(asked.comments)) return undefined;
    const sent = await this.#session.send({ type: 'comment', approval: asked.id, comments });
    return sent.ok ? undefined : sent.problem;
  }

  #move({ uri }: vscode.TextDocument, changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    for (const thread of this.#threads.get(uri.toString()) ?? []) {
      const { first, last } = spanOf(thread);
      const moved = changes.reduce(movedBy, { first, last });
      if (moved.first !== first || moved.last !== last) thread.range = new vscode.Range(moved.first, 0, moved.last, 0);
    }
  }

  #drop(thread: vscode.CommentThread): void {
    const key = thread.uri.toString();
    this.#threads.set(key, this.#threads.get(key)?.filter((one) => one !== thread) ?? []);
    thread.dispose();
  }

  dispose(): void {
    for (const part of this.#parts) part.dispose();
  }
}

/** One thing the person said. */
export class Remark implements vscode.Comment {
  readonly author = { name: vscode.l10n.t('You') };
  readonly contextValue = 'remark';
  readonly thread: vscode.CommentThread;
  /** What the editor of the remark holds. */
  body: string | vscode.MarkdownString;
  /** What is stored. */
  text: string;
  mode = vscode.CommentMode.Preview;

  constructor(text: string, thread: vscode.CommentThread) {
    this.text = text;
    this.body = text;
    this.thread = thread;
  }
}

const labelOf = (): string => vscode.l10n.t('Told to the agent with your decision');

/** VS Code looks at a thread's comments again when it is given a list. */
function redraw(thread: vscode.CommentThread): void {
  thread.comments = [...thread.comments];
}

const spanOf = ({ range }: vscode.CommentThread) => ({ first: range?.start.line ?? 0, last: range?.end.line ?? 0 });

function remarksIn(thread: vscode.CommentThread): Omit<Comment, 'quote'>[] {
  const { first, last } = spanOf(thread);
  return thread.comments.flatMap((comment) =>
    comment instanceof Remark ? [{ first: first + 1, last: last + 1, text: comment.text }] : [],
  );
}

const withoutQuote = ({ first, last, text }: Comment): Omit<Comment, 'quote'> => ({ first, last, text });

const textOf = (body: string | vscode.MarkdownString): string => (typeof body === 'string' ? body : body.value);
