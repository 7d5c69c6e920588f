import { type AddressInput, toAddress } from "../../../core/mod.ts";
import { openLines } from "../../../core/lines/client/open_lines.ts";
import { ImapClient } from "./client.ts";
import { login } from "./login.ts";
import type { ImapClientOptions } from "./options.ts";
import { ImapRefusedError } from "./refusal.ts";
import { ImapSession } from "./session.ts";

/** Ports of IMAP, and of IMAP with implicit TLS. */
export const IMAP_PORT = 143;
/** @ignore */
export const IMAPS_PORT = 993;

/**
 * Connects to an IMAP server, starts TLS and logs in (RFC 3501). TLS is required unless the options say otherwise: a server that does not offer
 * it, or claims that the connection is authenticated before it (PREAUTH), is an error.
 *
 * Permissions: `--allow-net=HOST:PORT`.
 *
 * @param server Address; the port is 143 unless given, with implicit TLS 993.
 * @returns The session; the caller closes it.
 * @throws {NetworkError} `starttls-missing`, `starttls-injection`, `preauth-without-tls`, `auth-without-tls`, `auth-missing`, `imap-closing`,
 * `imap-invalid-response`, `connection-cut`, and what dialling throws.
 * @throws {TimeoutError} When a phase takes too long.
 * @throws {ImapRefusedError} `server-refused`, `starttls-refused`, `auth-refused`.
 * @example Read why a server rejects the connection
 * ```ts
 * import { connectImap, ImapRefusedError } from "../../mod.ts";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
 * const server = (async () => {
 *   using connection = await listener.accept();
 *   await connection.write(new TextEncoder().encode("* BYE not today\r\n"));
 * })();
 * const error = await assertRejects(() => connectImap(`127.0.0.1:${listener.addr.port}`), ImapRefusedError);
 * await server;
 * assertEquals(error.code, "server-refused");
 * ```
 */
export function connectImap(server: AddressInput, options?: ImapClientOptions): Promise<ImapClient>;
export async function connectImap(server: AddressInput, options: ImapClientOptions = {}): Promise<ImapClient> {
  const { auth, ...lines } = options;
  const address = toAddress(server, { port: lines.tls === "implicit" ? IMAPS_PORT : IMAP_PORT });
  let first: ImapSession | undefined;
  let preauthenticated = false;
  const channel = await openLines(address, lines, {
    async greet(channel) {
      const session = first = new ImapSession(channel);
      const greeting = await session.greeting();
      if (greeting.status === "BYE") {
        throw new ImapRefusedError(session.peer, "the connection", greeting, "server-refused");
      }
      preauthenticated = greeting.status === "PREAUTH";
    },
    async startTls(channel, required) {
      const session = first ?? new ImapSession(channel);
      if (preauthenticated) {
        if (!required) return false;
        // STARTTLS is not possible then: an attacker would keep the session in the clear this way.
        throw channel.fault("preauth-without-tls", "has authenticated the connection before TLS");
      }
      await learnCapabilities(session);
      if (!session.capabilities.has("STARTTLS")) return false;
      const status = await session.run(["STARTTLS"]);
      if (status.status === "OK") return true;
      if (!required) return false;
      throw new ImapRefusedError(session.peer, "STARTTLS", status, "starttls-refused");
    },
  });
  try {
    const session = first && first.channel === channel ? first : new ImapSession(channel);
    await learnCapabilities(session);
    if (auth && !preauthenticated) {
      const before = session.capabilities;
      await login(session, auth);
      // Servers have others after the login, which some tell in the answer to it.
      if (session.capabilities === before) session.forgetCapabilities();
      await learnCapabilities(session);
    }
    return new ImapClient(session);
  } catch (error) {
    channel[Symbol.dispose]();
    if (channel.signal.aborted) throw channel.signal.reason;
    throw error;
  }
}

/** Asks for the capabilities, unless the server has told them. */
async function learnCapabilities(session: ImapSession): Promise<void> {
  if (session.capabilitiesKnown) return;
  const status = await session.run(["CAPABILITY"]);
  if (status.status !== "OK" || !session.capabilitiesKnown) {
    throw session.channel.fault("imap-invalid-response", "does not tell its capabilities");
  }
}
