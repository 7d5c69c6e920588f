import type { ImapHost } from "./host.ts";
import type { LineClient } from "../../../core/mod.ts";
import type { MailAccount, MailFolder } from "../../store/types.ts";
import { readMailboxName } from "../codec/mailbox_name.ts";
import { ImapRefusal, no } from "./refusal.ts";
import type { Selected } from "./selected.ts";

/** Reply to a command, and what follows it. */
export interface Answer {
  /** Text of the tagged reply, with OK. */
  readonly text: string;
  /** Step after the reply: the end of the connection, a TLS handshake; or the end without a reply, since the client is gone. */
  readonly then?: "close" | "start-tls" | "end";
}

/** State of one connection. */
export class Session {
  /** The client. */
  client: LineClient;
  /** Settings and state that it shares with the others. */
  readonly host: ImapHost;
  /** The account, after the login. */
  account?: MailAccount;
  /** User of the login. */
  user?: string;
  #selected?: Selected;

  /** Begins before the login. */
  constructor(client: LineClient, host: ImapHost) {
    this.client = client;
    this.host = host;
  }

  /** The account. Commands that need one are refused before the login. */
  get owner(): MailAccount {
    if (!this.account) throw new ImapRefusal("BAD", "Please log in first");
    return this.account;
  }

  /** The selected mailbox. Commands that need one are refused when there is none. */
  get mailbox(): Selected {
    if (!this.#selected) throw new ImapRefusal("BAD", "No mailbox is selected");
    return this.#selected;
  }

  /** The selected mailbox, if there is one. */
  get selected(): Selected | undefined {
    return this.#selected;
  }

  /** Selects a mailbox in place of the last one. */
  select(selected: Selected | undefined): void {
    this.#selected?.[Symbol.dispose]();
    this.#selected = selected;
  }

  /** Returns the name of a mailbox. */
  name(text: string): string {
    const name = readMailboxName(text);
    if (name === undefined) throw no("[CANNOT] Invalid mailbox name");
    return name;
  }

  /** Returns an existing folder. */
  folder(text: string, code = "[NONEXISTENT] "): MailFolder {
    const folder = this.owner.folder(this.name(text));
    if (!folder) throw no(`${code}Mailbox does not exist`);
    return folder;
  }

  /** Queues a response. */
  reply(line: string): void {
    this.client.reply(`${line}\r\n`);
  }

  /** Sends what has changed in the selected mailbox. */
  update(mayExpunge: boolean): void {
    if (!this.#selected?.pending) return;
    for (const line of this.#selected.updates(mayExpunge)) this.reply(line);
  }
}
