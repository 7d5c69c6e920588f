import { openLines } from "../../../core/lines/client/open_lines.ts";
import { type AddressInput, toAddress } from "../../../core/mod.ts";
import { NNTP_WITHOUT_CAPABILITIES, type NntpCapabilities } from "../codec/capabilities.ts";
import { NNTP_PORT, NNTPS_PORT } from "./ports.ts";
import { NntpClient } from "./client.ts";
import { ask, enterReader, readCapabilities, readReply } from "./dialogue.ts";
import { login } from "./login.ts";
import type { NntpClientOptions } from "./options.ts";
import { NntpRefusedError } from "./refusal.ts";

/**
 * Connects to an NNTP server, starts TLS (STARTTLS, RFC 4642) and logs in (RFC 4643), if there are credentials and the server offers it. TLS is
 * required unless the options say otherwise: a server that does not offer it is an error, and nothing is sent to it.
 *
 * Permissions: `--allow-net=HOST:PORT`.
 *
 * @param server Address; the port is 119 unless given, with implicit TLS 563.
 * @returns The session.
 * @throws {NetworkError} `starttls-missing`, `starttls-injection`, `auth-without-tls`, `auth-missing`, `connection-cut`, and what dialling throws.
 * @throws {TimeoutError} When a phase takes too long.
 * @throws {NntpRefusedError} `server-refused`, `starttls-refused`, `auth-refused`.
 * @example Read what a sink has received
 * ```ts
 * import { connectNntp, mailSink, sendMail, serveNntp } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * await sendMail(sink.address, { from: "ada@example.com", to: "bob@example.com", text: "hello" }, { tls: "none" });
 * await using server = serveNntp("127.0.0.1:0", sink.store.account().inbox);
 * await using client = await connectNntp(server.address, { tls: "none" });
 * const { low } = await client.group("mail.com.example.bob");
 * const bytes = await client.article(low);
 * assertEquals(new TextDecoder().decode(bytes).endsWith("hello\r\n"), true);
 * ```
 */
export function connectNntp(server: AddressInput, options?: NntpClientOptions): Promise<NntpClient>;
export async function connectNntp(server: AddressInput, options: NntpClientOptions = {}): Promise<NntpClient> {
  const { auth, ...lines } = options;
  const address = toAddress(server, { port: lines.tls === "implicit" ? NNTPS_PORT : NNTP_PORT });
  let before: NntpCapabilities = NNTP_WITHOUT_CAPABILITIES;
  let mayPost = false;
  const channel = await openLines(address, lines, {
    async greet(channel) {
      const greeting = await readReply(channel);
      mayPost = greeting.code === 200;
      if (greeting.code !== 200 && greeting.code !== 201) {
        throw new NntpRefusedError(channel.connection.peer, "the connection", greeting, "server-refused");
      }
      before = await readCapabilities(channel);
    },
    async startTls(channel) {
      // Some servers offer TLS to readers only.
      if (!before.startTls) before = await enterReader(channel, before);
      if (!before.startTls) return false;
      const reply = await ask(channel, "STARTTLS");
      if (reply.code === 382) return true;
      if (lines.tls === "opportunistic" && lines.trust?.pin === undefined) return false;
      throw new NntpRefusedError(channel.connection.peer, "STARTTLS", reply, "starttls-refused");
    },
  });
  try {
    // What was learnt before TLS may come from an attacker (RFC 4642 §2.2.2).
    const byCommand = channel.connection.security !== undefined && lines.tls !== "implicit";
    let capabilities = await enterReader(channel, byCommand ? await readCapabilities(channel) : before);
    const offered = capabilities.user || capabilities.sasl.length > 0;
    if (auth && offered) {
      await login(channel, capabilities, auth);
      // Servers offer more after the login.
      capabilities = await readCapabilities(channel);
    }
    channel.pause();
    return new NntpClient(channel, { capabilities, auth: offered ? undefined : auth, mayPost });
  } catch (error) {
    channel[Symbol.dispose]();
    throw error;
  }
}
