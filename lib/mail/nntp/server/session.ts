import type { PeekingLineClient } from "../../../core/lines/server/types.ts";
import { DotStuffer } from "../../codec/dot_stuffer.ts";
import type { ServedGroup } from "./newsgroups.ts";
import type { NntpHost } from "./types.ts";

/** Bytes of lines that are written at once. */
const BATCH_CHARACTERS = 32 * 1024;

const encoder = new TextEncoder();

/** Action after the reply to a command: the next command, TLS, or the end. */
export type Next = "continue" | "failed" | "start-tls" | "close";

/** A command. */
export type Run = (session: Session, words: readonly string[], rest: string) => Next | Promise<Next>;

/** State of a connection. */
export class Session {
  /** Current newsgroup. */
  group?: ServedGroup;
  /** Number of the current article. */
  current?: number;
  /** User of AUTHINFO USER. */
  named?: string;
  /** Whether the client has logged in. */
  loggedIn = false;
  /** Number of failed logins. */
  failedLogins = 0;
  /** Whether replies are discarded: a simulated failure. */
  mute = false;

  /** Begins a session. */
  constructor(readonly client: PeekingLineClient, readonly host: NntpHost) {}

  /** Whether a password may be sent on the connection. */
  get takesPasswords(): boolean {
    return this.client.secure || this.host.authWithoutTls;
  }

  /** Whether the client may do anything but log in. */
  get isAdmitted(): boolean {
    return this.loggedIn || !this.host.login;
  }

  /** Replies that a command was carried out. */
  accept(text: string): Next {
    if (!this.mute) this.client.reply(`${text}\r\n`);
    return "continue";
  }

  /** Replies with an error. That there is no such group or article, or that one is not stored, is an answer, and no failure of the client. */
  refuse(text: string): Next {
    this.accept(text);
    return /^4[1-4]/.test(text) ? "continue" : "failed";
  }

  /** Replies with a line and those below it; each line of text is made safe for transparency. */
  async list(first: string, lines: Iterable<string> | AsyncIterable<string>): Promise<Next> {
    this.accept(first);
    let text = "";
    for await (const line of lines) {
      text += line.startsWith(".") ? `.${line}\r\n` : `${line}\r\n`;
      if (text.length < BATCH_CHARACTERS) continue;
      await this.#write(encoder.encode(text));
      text = "";
    }
    await this.#write(encoder.encode(`${text}.\r\n`));
    return "continue";
  }

  /** Replies with a line and text behind it. */
  async send(first: string, pieces: readonly Uint8Array[]): Promise<Next> {
    this.accept(first);
    const stuffer = new DotStuffer({ bareCr: "pass" });
    for (const piece of pieces) {
      if (piece.length > 0) await this.#write(stuffer.push(piece));
    }
    await this.#write(encoder.encode(stuffer.end()));
    return "continue";
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (!this.mute) await this.client.write(bytes);
  }
}
