import { isLoopback, type LineServer, type ListenInput, LoginLimit, serveLines } from "../../../core/mod.ts";
import { ScramPasswords } from "../../sink/scram_server.ts";
import { serveClient } from "./dialogue.ts";
import type { ImapHost } from "./host.ts";
import { MessageCache } from "./message/cache.ts";
import type { ImapServerOptions } from "./types.ts";

const MESSAGE_SIZE = 64 * 2 ** 20;
/** RFC 3501 §5.4. */
const IDLE_TIMEOUT_MS = 30 * 60_000;

/**
 * Serves mail accounts by IMAP (RFC 3501), with IDLE, UIDPLUS, MOVE, UNSELECT, NAMESPACE, ID, LITERAL+, SASL-IR, ESEARCH and SPECIAL-USE
 * (RFC 2177, 4315, 6851, 3691, 2342, 2971, 7888, 4959, 4731, 6154).
 *
 * Permissions: `--allow-net` for the address; with TLS also for `127.0.0.1`.
 *
 * @param listen The TCP address to listen on.
 * @returns The server; it is listening when the call returns.
 * @throws {SystemError} `address-in-use` and the like.
 * @example Serve the mail of a sink
 * ```ts
 * import { mailSink, sendMail, serveImap } from "../../mod.ts";
 *
 * await using sink = await mailSink();
 * await sendMail(sink.address, { from: "ada@example.com", to: "bob@example.com", text: "hello" }, { tls: "none" });
 * const server = serveImap("127.0.0.1:0", sink.access);
 * using conn = await Deno.connect({ port: server.port });
 * await conn.write(new TextEncoder().encode("a LOGIN any any\r\nb SELECT INBOX\r\nc LOGOUT\r\n"));
 * console.log(await new Response(conn.readable).text());
 * ```
 */
export function serveImap(listen: ListenInput, options: ImapServerOptions): LineServer;
export function serveImap(listen: ListenInput, options: ImapServerOptions): LineServer {
  const { login, passwordOf, logins, authWithoutTls, messageSize, faults, attach, ...lines } = options;
  let loopback = false;
  const host: ImapHost = {
    login,
    scram: passwordOf && new ScramPasswords(passwordOf),
    faults,
    logins: logins ?? new LoginLimit(),
    startTls: options.tls !== undefined && !options.implicitTls,
    get authWithoutTls() {
      return authWithoutTls ?? loopback;
    },
    messageSize: messageSize ?? MESSAGE_SIZE,
    recents: new WeakMap(),
    cache: new MessageCache(),
    idleTimeout: options.idleTimeout ?? IDLE_TIMEOUT_MS,
    report: (peer, error) => options.onFault?.({ peer, error }),
  };
  const server = serveLines(listen, (client) => serveClient(client, host), {
    ...lines,
    idleTimeout: host.idleTimeout,
    farewell: {
      timeout: "* BYE Autologout; idle for too long\r\n",
      stopping: "* BYE Server shutting down\r\n",
      tooMany: "* BYE [UNAVAILABLE] Too many connections\r\n",
    },
  });
  loopback = isLoopback(server.addr.hostname);
  attach?.(server);
  return server;
}
