import { NetworkError, pause, showUntrusted, TimeoutError, type ToucanError } from "../../../core/mod.ts";
import type { MailSourceEvent } from "../../read/source.ts";
import type { ImapClient } from "./client.ts";
import type { ImapFolder } from "./folder.ts";
import { ImapRefusedError } from "./refusal.ts";

/** A session with an open folder. */
export interface OpenedFolder {
  /** The session. */
  readonly client: ImapClient;
  /** The folder. */
  readonly folder: ImapFolder;
}

/** Options to open a folder again after the connection was lost. */
export interface ReopenOptions {
  /** Connects, and opens the folder. */
  readonly open: () => Promise<OpenedFolder>;
  /** Receives losses and new connections. */
  readonly notify?: (event: MailSourceEvent) => void;
  /** Milliseconds before the first attempt; doubled for each further one. @default 1000 */
  readonly delay?: number;
}

const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;
/** Milliseconds after which a connection is a good one: its loss begins with the first delay. */
const GOOD_MS = 60_000;

/** Errors after which another connection would end in the same way, or which are about the identity of the server. */
const LASTING = /^(?:tls-|pin-|imap-|message-|starttls-|auth-|preauth-|folder-)/;

/** Response codes of a server that rejects something for now (RFC 5530). */
const TEMPORARY = new Set(["UNAVAILABLE", "INUSE", "SERVERBUG"]);

/** Whether an error is the loss of a connection, or a server that cannot be reached for now. */
function isLoss(error: unknown): error is ToucanError {
  if (error instanceof TimeoutError) return true;
  if (error instanceof ImapRefusedError) {
    return error.code === "server-refused" || TEMPORARY.has(error.responseCode ?? "");
  }
  return error instanceof NetworkError && (error.code === "imap-closing" || !LASTING.test(error.code));
}

/** A session with an open folder, which is opened again where its connection is lost. */
export class ReopeningFolder {
  readonly #validity: number;
  readonly #options?: ReopenOptions;
  #client: ImapClient;
  #opened = performance.now();
  #attempts = 0;

  /** Begins with an open folder; without options, a loss is an error. */
  constructor({ client, folder }: OpenedFolder, options?: ReopenOptions) {
    this.#client = client;
    this.#validity = folder.uidValidity;
    this.#options = options;
  }

  /** The session. */
  get client(): ImapClient {
    return this.#client;
  }

  /** Does something with the session, again on a new connection where this one is lost; without a signal, a loss is an error. */
  async use<T>(work: (client: ImapClient) => Promise<T>, signal?: AbortSignal): Promise<T> {
    while (true) {
      try {
        return await work(this.#client);
      } catch (error) {
        if (!signal) throw error;
        await this.recover(error, signal);
      }
    }
  }

  /**
   * Opens the folder again after the loss of its connection.
   *
   * @throws The error, if it is another one; the reason of the signal.
   */
  async recover(error: unknown, signal: AbortSignal): Promise<void> {
    if (performance.now() - this.#opened > GOOD_MS) this.#attempts = 0;
    for (let loss = error;;) {
      if (!this.#options || !isLoss(loss) || signal.aborted) throw loss;
      const { open, notify, delay = FIRST_DELAY_MS } = this.#options;
      const wait = Math.min(MAX_DELAY_MS, delay * 2 ** this.#attempts++);
      notify?.({ kind: "lost", error: loss, wait });
      // Clients of a server that has restarted should not come back all at once.
      await pause(wait * (0.75 + Math.random() / 2), signal);
      try {
        const { client, folder } = await open();
        this.#client = client;
        this.#opened = performance.now();
        if (folder.uidValidity !== this.#validity) throw replaced(client.peer, folder.name);
        notify?.({ kind: "reconnected" });
        return;
      } catch (error) {
        loss = error;
      }
    }
  }
}

function replaced(peer: string, name: string): NetworkError {
  const what = `folder ${showUntrusted(name)} was replaced by another one: UIDVALIDITY has changed`;
  return new NetworkError(`${peer}: ${what}`, { code: "folder-replaced", peer });
}
