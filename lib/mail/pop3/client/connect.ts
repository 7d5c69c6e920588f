import { type Address, type AddressInput, toAddress } from "../../../core/mod.ts";
import { openLines } from "../../../core/lines/client/open_lines.ts";
import { POP3_WITHOUT_CAPA, type Pop3Capabilities } from "../codec/capabilities.ts";
import { Pop3Client } from "./client.ts";
import { ask, readCapabilities, readReply } from "./dialogue.ts";
import { login } from "./login.ts";
import type { Pop3ClientOptions } from "./options.ts";
import { Pop3RefusedError } from "./refusal.ts";

/** Ports of POP3, and of POP3 with implicit TLS. */
export const POP3_PORT = 110;
/** @ignore */
export const POP3S_PORT = 995;

/**
 * Connects to a POP3 server, starts TLS (STLS, RFC 2595) and logs in (RFC 1939). TLS is required unless the options say otherwise: a server
 * that does not offer it is an error, and nothing is sent to it.
 *
 * Permissions: `--allow-net=HOST:PORT`.
 *
 * @param server Address; the port is 110 unless given, with implicit TLS 995.
 * @returns The session.
 * @throws {NetworkError} `starttls-missing`, `starttls-injection`, `auth-without-tls`, `auth-missing`, `connection-cut`, and what dialling throws.
 * @throws {TimeoutError} When a phase takes too long.
 * @throws {Pop3RefusedError} `server-refused`, `starttls-refused`, `auth-refused`, `mailbox-busy`.
 * @example Read the messages of a sink
 * ```ts
 * import { connectPop3, mailSink, sendMail, servePop3 } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * const server = servePop3("127.0.0.1:0", sink.access);
 * await sendMail(sink.address, { from: "ada@example.com", to: "bob@example.com", text: "hello" }, { tls: "none" });
 * await using client = await connectPop3(server.address, {
 *   tls: "none",
 *   auth: { user: "bob@example.com", secret: "any", withoutTls: true },
 * });
 * const [message] = await client.list();
 * const bytes = await client.retrieve(message?.number ?? 0);
 * assertEquals(new TextDecoder().decode(bytes).endsWith("hello\r\n"), true);
 * ```
 */
export async function connectPop3(server: AddressInput, options: Pop3ClientOptions): Promise<Pop3Client> {
  const { auth, ...lines } = options;
  const address: Address = toAddress(server, { port: lines.tls === "implicit" ? POP3S_PORT : POP3_PORT });
  let before: Pop3Capabilities = POP3_WITHOUT_CAPA;
  const channel = await openLines(address, lines, {
    async greet(channel) {
      const greeting = await readReply(channel);
      const { peer } = channel.connection;
      if (greeting.kind !== "ok") throw new Pop3RefusedError(peer, "the connection", greeting, "server-refused");
      before = await readCapabilities(channel);
    },
    async startTls(channel, required) {
      if (!before.stls) {
        if (!required) return false;
        throw channel.fault("starttls-missing", "does not offer TLS (STLS)");
      }
      const reply = await ask(channel, "STLS");
      if (reply.kind === "ok") return true;
      if (!required) return false;
      throw new Pop3RefusedError(channel.connection.peer, "STLS", reply, "starttls-refused");
    },
  });
  try {
    // What was learnt before TLS may come from an attacker (RFC 2595 §4).
    const byCommand = channel.connection.security && lines.tls !== "implicit";
    const known = byCommand ? await readCapabilities(channel) : before;
    await login(channel, known, auth);
    // Some servers offer more after the login.
    const capabilities = known === POP3_WITHOUT_CAPA ? known : await readCapabilities(channel);
    channel.pause();
    return new Pop3Client(channel, capabilities);
  } catch (error) {
    channel[Symbol.dispose]();
    if (channel.signal.aborted) throw channel.signal.reason;
    throw error;
  }
}
