import { type AddressInput, formatAddress, NegativeError } from "../../core/mod.ts";
import { sendMail } from "../client/client.ts";
import type { MailClientOptions } from "../client/options.ts";
import type { MailReport } from "../client/report.ts";
import { parseMailServer } from "../client/server_url.ts";
import { addressPattern } from "../codec/address_pattern.ts";
import type { MailStore, StoredMail } from "../store/types.ts";
import { releasedMail } from "./released_mail.ts";

/** Messages that are released at the same time. */
const MAX_RELEASES = 16;

/** Result of a message that was released, as {@link MailRelayOptions.onReleased} gets it. */
export interface MailRelease {
  /** The message. */
  readonly mail: StoredMail;
  /** Replies of the server. */
  readonly report: MailReport;
}

/** Options of {@link MailRelay}: those of the client that it sends with, and those below. */
export interface MailRelayOptions extends MailClientOptions {
  /**
   * Recipients to which messages can be released: addresses, domains such as `@example.com`, patterns such as `*@*.example.com`.
   *
   * @default {all}
   */
  readonly recipients?: readonly string[];
  /**
   * Called for each message that the server has answered.
   *
   * @default {undefined}
   */
  readonly onReleased?: (release: MailRelease) => void;
}

/**
 * Sends messages of a store that are chosen by hand to one mail server: those of a sink that shall be delivered after all.
 *
 * Permissions: `--allow-net=HOST:PORT` of the server.
 *
 * @example Deliver a message that a sink has caught
 * ```ts
 * import { MailRelay, mailSink, sendMail } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await mailSink();
 * await using sink = await mailSink();
 * await sendMail(sink.address, { from: "ada@example.com", to: "bob@example.com", text: "hello" }, { tls: "none" });
 * const relay = new MailRelay(sink.store, server.address, { tls: "none" });
 * const report = await relay.release(sink.store.messages[0]?.id ?? "");
 * assertEquals([report?.accepted, server.store.messages[0]?.to], [1, ["bob@example.com"]]);
 * ```
 */
export class MailRelay {
  /** The server, as text: `mail.example.com:587`. */
  readonly server: string;
  readonly #store: Pick<MailStore, "get" | "read">;
  readonly #address: AddressInput;
  readonly #options: MailRelayOptions;
  readonly #allowed?: readonly ((address: string) => boolean)[];
  #releasing = 0;

  /**
   * Creates a relay; nothing is sent yet.
   *
   * @throws {UsageError} For an invalid server; `invalid-address-pattern`.
   */
  constructor(store: Pick<MailStore, "get" | "read">, server: AddressInput, options?: MailRelayOptions) {
    this.#store = store;
    this.#address = server;
    this.#options = options ?? {};
    this.#allowed = options?.recipients?.map(addressPattern);
    this.server = formatAddress(parseMailServer(server, options?.tls).address);
  }

  /**
   * Sends a message. The report has the server's reply for each recipient, also when it rejects all of them.
   *
   * @param id Id of the message.
   * @param to Recipients, or lists of them with commas; those of its envelope unless given.
   * @returns The report; undefined when there is no message of this id.
   * @throws {UsageError} `no-recipient`, `invalid-address`, `invalid-message`.
   * @throws {NegativeError} `recipient-not-allowed`, `too-many-releases`, and when the server rejects the session.
   * @throws {NetworkError} When the connection fails.
   * @throws {TimeoutError} When a phase takes too long.
   */
  async release(id: string, to?: readonly string[]): Promise<MailReport | undefined> {
    const mail = this.#store.get(id);
    if (!mail) return undefined;
    if (this.#releasing >= MAX_RELEASES) {
      throw new NegativeError(`cannot release the message: ${MAX_RELEASES} others are being released`, {
        code: "too-many-releases",
      });
    }
    this.#releasing++;
    try {
      const bytes = await this.#store.read(id);
      if (!bytes) return undefined;
      const ready = releasedMail(bytes, { from: mail.from, to: to ?? mail.to });
      this.#check(ready.to);
      const report = await sendMail(this.#address, ready, this.#options);
      this.#options.onReleased?.({ mail, report });
      return report;
    } finally {
      this.#releasing--;
    }
  }

  #check(recipients: readonly string[]): void {
    const allowed = this.#allowed;
    const refused = allowed && recipients.find((address) => !allowed.some((matches) => matches(address)));
    if (refused === undefined) return;
    throw new NegativeError(`cannot release the message to ${refused}: this recipient is not allowed`, {
      code: "recipient-not-allowed",
    });
  }
}
