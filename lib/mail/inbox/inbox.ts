import type { HostPort, ToucanError } from "../../core/mod.ts";
import { type Credentials, serveHttp } from "../../http/internal.ts";
import type { MailRelay } from "../relay/relay.ts";
import type { LinkCheckOptions } from "../review/check_links.ts";
import type { MailFaults } from "../sink/faults.ts";
import type { MailStore } from "../store/types.ts";
import { Gate } from "./gate.ts";
import { Routes } from "./routes.ts";

/** Options of {@link mailInbox}. */
export interface MailInboxOptions {
  /**
   * Address to listen on; on loopback, only requests for local host names and this one are accepted.
   *
   * @default {"127.0.0.1"}
   */
  readonly host?: string;
  /**
   * Port, 0 for a free one.
   *
   * @default {0}
   */
  readonly port?: number;
  /**
   * Further host names to accept requests for: `mail.example`, `*.example.com`, `*`.
   *
   * @default {none}
   */
  readonly allowHost?: readonly string[];
  /**
   * Credentials that clients must send (Basic).
   *
   * @default {no authentication}
   */
  readonly credentials?: Credentials;
  /**
   * Proxies whose `X-Forwarded-*` and `Forwarded` fields are trusted: addresses, networks, `loopback`, `private`.
   *
   * @default {none}
   */
  readonly trustProxy?: readonly string[];
  /**
   * Faults of a sink, which `/api/faults` shows and changes.
   *
   * @default {none: `/api/faults` is 404}
   */
  readonly faults?: MailFaults;
  /**
   * Relay to release messages through, from the page and by `POST /api/messages/ID/release`.
   *
   * @default {none: messages cannot be released}
   */
  readonly relay?: MailRelay;
  /**
   * Options of link checks, on demand: by a button of the page, and by `POST /api/messages/ID/links`.
   *
   * @default {none: links are not checked}
   */
  readonly links?: LinkCheckOptions;
  /**
   * Called for a host name that requests are rejected for (`forbidden-host`), the first time.
   *
   * @default {undefined}
   */
  readonly onRefused?: (refused: { readonly peer: string; readonly error: ToucanError }) => void;
  /**
   * Signal that stops the inbox, as `shutdown` does.
   *
   * @default {undefined}
   */
  readonly signal?: AbortSignal;
}

/** An inbox that listens, in the shape of `Deno.serve`'s server. */
export interface MailInbox extends AsyncDisposable {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** Where it listens, as text: `127.0.0.1:8025`. */
  readonly address: string;
  /** The port. */
  readonly port: number;
  /** Where a browser finds it. */
  readonly url: string;
  /** Number of open connections. */
  readonly connections: number;
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  /** Stops the server; waiting requests are answered with the messages found so far. */
  shutdown(): Promise<void>;
}

/** Connections at once. */
const CONNECTIONS = 1024;
/**
 * Shows the messages of a store in a browser, and gives them as JSON below `/api/messages`:
 *
 * - `GET /api/messages`: the newest first; with `wait=5s` not before there is one (`count=N`: as many). `q=WORDS`,
 * `to=ADDRESS`, `from=ADDRESS`, `subject=TEXT`, `has=attachment`, `before=TIME`, `limit=N` and `offset=N` choose
 * messages.
 * - `DELETE /api/messages`, with the same parameters: deletes those.
 * - `GET /api/messages/ID`, and below it `/raw`, `/html`, `/attachments/N`; `DELETE /api/messages/ID`.
 * - `GET`, `PUT` and `DELETE /api/faults`: the failures that a sink simulates, as `{"fail": ["rcpt:451:bob@*"], "delay":
 * "2s"}`.
 * - `POST /api/messages/ID/release` sends a message through the relay, to its recipients or to those of the body, such as
 * `{"to": ["bob@example.com"]}`; `GET /api/relay` names the server.
 * - `PATCH /api/messages/ID` with `{"seen": true}` marks a message as read, `PATCH /api/messages` those that its parameters choose.
 * - `GET /api/messages/ID/review`: its links, and facts about its HTML; `POST /api/messages/ID/links` requests the links.
 * - `GET /api/openapi.json` describes all of it; `/livez` and `/readyz` answer probes.
 *
 * A parameter that is unknown or invalid is an error (400), for each method.
 *
 * Permissions: `--allow-net=HOST:PORT`, and those of the store.
 *
 * @param store Store of a sink.
 * @returns The running server.
 * @throws {SystemError} `address-in-use` and the like.
 * @example Wait for a message
 * ```ts
 * import { mailInbox, mailSink, request, sendMail } from "../../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * await using inbox = mailInbox(sink.store);
 * await sendMail(sink.address, { from: "ada@example.com", to: ["bob@example.com"], subject: "hi" }, { tls: "none" });
 * using response = await request(`${inbox.url}api/messages?to=bob@example.com&wait=5s`);
 * assertEquals(JSON.parse(await response.body.text(10_000)).messages[0].subject, "hi");
 * ```
 */
export function mailInbox(store: MailStore, options?: MailInboxOptions): MailInbox;
export function mailInbox(store: MailStore, options: MailInboxOptions = {}): MailInbox {
  const { host = "127.0.0.1", port = 0, signal } = options;
  const stop = new AbortController();
  const routes = new Routes(store, new Gate({ ...options, host }), stop.signal, options);
  const address: HostPort = { transport: "ip", host, port };
  const server = serveHttp(address, (request) => routes.answer(request), {
    signal,
    trustProxy: options.trustProxy,
    maxConnections: CONNECTIONS,
  });
  const end = () => stop.abort();
  signal?.addEventListener("abort", end, { once: true });
  return {
    addr: server.addr,
    address: server.address,
    port: server.addr.port,
    url: server.url,
    get connections() {
      return server.connections;
    },
    finished: server.finished.finally(end),
    async shutdown() {
      end();
      await server.shutdown();
    },
    async [Symbol.asyncDispose]() {
      await this.shutdown();
    },
  };
}
