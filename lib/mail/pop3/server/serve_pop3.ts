import { serveLines } from "../../../core/lines/server/serve_lines.ts";
import type { LineServer } from "../../../core/lines/server/types.ts";
import { isLoopback, type ListenInput, LoginLimit } from "../../../core/mod.ts";
import { ScramPasswords } from "../../sink/scram_server.ts";
import { serveClient } from "./dialogue.ts";
import type { Pop3Host, Pop3ServerOptions } from "./types.ts";

/** RFC 1939 §3 requires at least that. */
const IDLE_TIMEOUT_MS = 10 * 60_000;

/**
 * Serves the inboxes of mail accounts by POP3 (RFC 1939), with CAPA, UIDL, TOP, STLS, AUTH PLAIN and AUTH SCRAM-SHA-256 (RFC
 * 2449, 2595, 5034, 7677). Messages are
 * deleted when a client ends its session by QUIT.
 *
 * Permissions: `--allow-net` for the address; with TLS also for `127.0.0.1`.
 *
 * @param listen TCP address to listen on.
 * @returns The server; it is listening when the call returns.
 * @throws {SystemError} `address-in-use` and the like.
 * @example Serve the mail of a sink
 * ```ts
 * import { connectPop3, mailSink, sendMail, servePop3 } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * await sendMail(sink.address, { from: "ada@example.com", to: "bob@example.com", text: "hello" }, { tls: "none" });
 * const server = servePop3("127.0.0.1:0", sink.access);
 * const auth = { user: "bob@example.com", secret: "any", withoutTls: true };
 * await using client = await connectPop3(server.address, { tls: "none", auth });
 * assertEquals((await client.stat()).count, 1);
 * ```
 */
export function servePop3(listen: ListenInput, options: Pop3ServerOptions): LineServer;
export function servePop3(
  listen: ListenInput,
  { login, passwordOf, logins = new LoginLimit(), authWithoutTls, faults, attach, ...lines }: Pop3ServerOptions,
): LineServer {
  let loopback = false;
  const host: Pop3Host = {
    login,
    scram: passwordOf && new ScramPasswords(passwordOf),
    logins,
    faults,
    startTls: lines.tls !== undefined && !lines.implicitTls,
    get authWithoutTls() {
      return authWithoutTls ?? loopback;
    },
  };
  const server = serveLines(listen, (client) => serveClient(client, host), {
    idleTimeout: IDLE_TIMEOUT_MS,
    ...lines,
    farewell: {
      timeout: "-ERR [SYS/TEMP] Disconnected for inactivity\r\n",
      stopping: "-ERR [SYS/TEMP] Server shutting down\r\n",
      tooMany: "-ERR [SYS/TEMP] Too many connections\r\n",
    },
  });
  loopback = isLoopback(server.addr.hostname);
  attach?.(server);
  return server;
}
