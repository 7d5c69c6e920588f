import type { HostPort } from "../../core/mod.ts";
import { MailClient } from "../client/client.ts";
import type { MailClientOptions } from "../client/options.ts";
import { MailRefusedError } from "../client/refusal.ts";
import type { MailReport } from "../client/report.ts";
import { checkMail, checkOptions } from "./check.ts";
import { messageFrom, resolveClientOptions, resolveSendConfig } from "./resolve.ts";
import type { ClientOptions, ResolvedClientOptions, SendConfig } from "./types.ts";

const HOUR = 3_600_000;

/**
 * SMTP client with the interface of denomailer: code written for it works after a change of the import. Differences: an
 * invalid address is an error unless `client.warning` is set, line ends in a field are always rejected, nothing is
 * printed, and preprocessors find text and HTML in `content` and `html`. Options that are not supported are rejected
 * with `not-supported`.
 *
 * Permissions: `--allow-net=HOST:PORT`.
 *
 * @example Send as with denomailer
 * ```ts
 * import { mailSink, SMTPClient } from "../mod.ts";
 *
 * await using sink = await mailSink();
 * const client = new SMTPClient({
 *   connection: { hostname: "127.0.0.1", port: sink.port, tls: false },
 *   debug: { allowUnsecure: true, noStartTLS: true },
 * });
 * await client.send({ from: "me@example.com", to: "you@example.com", subject: "example", content: "…", html: "<p>…</p>" });
 * await client.close();
 * ```
 */
export class SMTPClient {
  readonly #options: ResolvedClientOptions;
  readonly #clients: MailClient[];
  readonly #idle: number;
  readonly #timers = new Map<MailClient, ReturnType<typeof setTimeout>>();
  #next = 0;

  /**
   * Makes a client; it connects when it first sends.
   *
   * @throws {UsageError} `not-supported` with the option; `not-secure` when STARTTLS is switched off without `allowUnsecure`.
   */
  constructor(options: ClientOptions) {
    checkOptions(options);
    this.#options = resolveClientOptions(options);
    const { pool } = this.#options;
    this.#idle = pool?.timeout ?? HOUR;
    const make = () => new MailClient(serverOf(this.#options), clientOptions(this.#options));
    this.#clients = Array.from({ length: pool?.size ?? 1 }, make);
  }

  /**
   * Sends a mail, and says what became of it; where some recipients were refused, the others have got it.
   *
   * @throws {UsageError} When the mail is invalid; nothing is sent then.
   * @throws {MailRefusedError} When every recipient was refused.
   * @throws {ToucanError} What {@link MailClient.send} throws.
   */
  async send(config: SendConfig): Promise<MailReport> {
    checkMail(config);
    let mail = resolveSendConfig(config);
    for (const preprocess of this.#options.client.preprocessors) mail = preprocess(mail, this.#options);
    const message = messageFrom(mail, this.#options.client);
    const client = this.#clients[this.#next++ % this.#clients.length];
    if (!client) throw new Error("a pool has at least one client");
    clearTimeout(this.#timers.get(client));
    const report = await client.send(message).finally(() => this.#closeWhenIdle(client));
    const [first] = report.recipients;
    if (report.accepted > 0 || !first) return report;
    const { code, text } = first.reply;
    const reply = { code, lines: [text.replace(/^\d{3} /, "")] };
    throw new MailRefusedError(report.server, "every recipient", reply, { code: "mail-refused" });
  }

  /** Waits for what is on its way, and closes. */
  async close(): Promise<void> {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  #closeWhenIdle(client: MailClient): void {
    clearTimeout(this.#timers.get(client));
    const timer = setTimeout(() => void client.close(), this.#idle);
    Deno.unrefTimer(timer);
    this.#timers.set(client, timer);
  }
}

function serverOf({ connection }: ResolvedClientOptions): HostPort {
  const { hostname, port } = connection;
  return { transport: "ip", host: hostname, port };
}

function clientOptions({ connection, debug }: ResolvedClientOptions): MailClientOptions {
  const { auth, tls } = connection;
  const plain = debug.noStartTLS ? "none" : debug.allowUnsecure ? "opportunistic" : "starttls";
  return {
    tls: tls ? "implicit" : plain,
    trace: debug.trace,
    auth: auth && { user: auth.username, secret: auth.password, withoutTls: debug.allowUnsecure },
  };
}
