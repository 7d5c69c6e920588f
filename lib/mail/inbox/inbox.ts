import type { HostPort, ToucanError } from "../../core/mod.ts";
import { type Credentials, serveHttp } from "../../http/internal.ts";
import type { MailFaults } from "../sink/faults.ts";
import type { MailStore } from "../sink/types.ts";
import { Gate } from "./gate.ts";
import { Routes } from "./routes.ts";

/** How {@link mailInbox} serves. */
export interface MailInboxOptions {
  /** The address that it listens on; on loopback only names of this machine are answered to, and this one. @default "127.0.0.1" */
  readonly host?: string;
  /** The port, 0 for a free one. @default 0 */
  readonly port?: number;
  /** Further host names that requests may be for: `mail.example`, `*.example.com`, `*`. @default none */
  readonly allowHost?: readonly string[];
  /** The credentials that clients have to send (Basic). @default none */
  readonly credentials?: Credentials;
  /** The proxies whose `X-Forwarded-*` and `Forwarded` fields count: addresses, networks, `loopback`, `private`. @default none */
  readonly trustProxy?: readonly string[];
  /** The faults of a sink, which `/api/faults` shows and changes. @default none: 404 */
  readonly faults?: MailFaults;
  /**
   * Called for a host name that requests are rejected for (`forbidden-host`), the first time.
   *
   * @default {undefined}
   */
  readonly onRefused?: (refused: { readonly peer: string; readonly error: ToucanError }) => void;
  /** Stops it, as `shutdown` does. */
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
  /** How many connections it has now. */
  readonly connections: number;
  /** Resolves when it has stopped. */
  readonly finished: Promise<void>;
  /** Stops it; who waits for messages gets what there is. */
  shutdown(): Promise<void>;
}

/** Connections at once. */
const CONNECTIONS = 1024;
/**
 * Shows the messages of a store in a browser, and gives them as JSON below `/api/messages`:
 *
 * - `GET /api/messages`: the newest first; with `wait=5s` not before there is one (`count=N`: as many). `q=WORDS`, `to=ADDRESS`,
 *   `from=ADDRESS`, `subject=TEXT`, `has=attachment`, `before=TIME`, `limit=N` and `offset=N` choose messages.
 * - `DELETE /api/messages`, with the same parameters: deletes those.
 * - `GET /api/messages/ID`, and below it `/raw`, `/html`, `/attachments/N`; `DELETE /api/messages/ID`.
 * - `GET`, `PUT` and `DELETE /api/faults`: the failures that a sink simulates, as `{"fail": ["rcpt:451:bob@*"], "delay": "2s"}`.
 * - `GET /api/openapi.json` describes all of it; `/livez` and `/readyz` answer probes.
 *
 * A parameter that is unknown or invalid is an error (400), for each method.
 *
 * Permissions: `--allow-net=HOST:PORT`, and those of the store.
 *
 * @throws {SystemError} `address-in-use` and the like.
 * @example
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
  const routes = new Routes(store, new Gate({ ...options, host }), stop.signal, options.faults);
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
