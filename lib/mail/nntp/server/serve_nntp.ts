import { serveLines } from "../../../core/lines/server/serve_lines.ts";
import type { LineServer } from "../../../core/lines/server/types.ts";
import { isLoopback, type ListenInput, LoginLimit, NetworkError, ToucanError } from "../../../core/mod.ts";
import type { MailFolder } from "../../store/types.ts";
import { Articles } from "./articles.ts";
import { ScramPasswords } from "../../sink/scram_server.ts";
import { serveClient } from "./dialogue.ts";
import { Newsgroups } from "./newsgroups.ts";
import type { NntpHost, NntpServerOptions } from "./types.ts";

/** RFC 3977 §3.1 requires at least three minutes. */
const IDLE_TIMEOUT_MS = 10 * 60_000;
const MAX_ARTICLE_BYTES = 64 * 2 ** 20;
const NAME = "toucan.localhost";

/**
 * Serves the messages of a folder as newsgroups by NNTP (RFC 3977), with OVER, HDR, STARTTLS (RFC 4642) and AUTHINFO (RFC 4643): one group
 * for each address that a message was sent to, see {@link groupOfAddress}, and `toucan.inbox` with all of them. Article numbers are the UIDs
 * of the folder. Articles are the messages as they are, behind the fields of articles that they lack: Path, Newsgroups, Message-ID.
 *
 * Permissions: `--allow-net` for the address; with TLS also for `127.0.0.1`.
 *
 * @param listen TCP address to listen on.
 * @param folder Folder to serve, such as the inbox of a store.
 * @returns The server; it is listening when the call returns.
 * @throws {SystemError} `address-in-use` and the like.
 * @example Read a message of a sink
 * ```ts
 * import { connectNntp, mailSink, sendMail, serveNntp } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * await sendMail(sink.address, { from: "ada@example.com", to: "bob@example.com", subject: "hello" }, { tls: "none" });
 * await using server = serveNntp("127.0.0.1:0", sink.store.account().inbox);
 * await using client = await connectNntp(server.address, { tls: "none" });
 * await client.group("mail.com.example.bob");
 * assertEquals((await client.over({ from: 1, to: 9 })).map(({ subject }) => subject), ["hello"]);
 * ```
 */
export function serveNntp(listen: ListenInput, folder: MailFolder, options?: NntpServerOptions): LineServer;
export function serveNntp(listen: ListenInput, folder: MailFolder, options: NntpServerOptions = {}): LineServer {
  const { login, passwordOf, logins = new LoginLimit(), authWithoutTls, post, hasRoom, faults, attach, ...rest } =
    options;
  const { maxArticle = MAX_ARTICLE_BYTES, name = NAME, ...lines } = rest;
  const groups = new Newsgroups(folder);
  const articles = new Articles(folder, rest.name ?? NAME);
  let loopback = false;
  const host: NntpHost = {
    ...{ login, logins, post, hasRoom, faults, folder, groups, articles, name, maxArticle },
    scram: login && passwordOf && new ScramPasswords(passwordOf),
    startTls: lines.tls !== undefined && !lines.implicitTls,
    inFlight: 0,
    get authWithoutTls() {
      return authWithoutTls ?? loopback;
    },
    report(peer, error) {
      const known = error instanceof ToucanError
        ? error
        : new NetworkError(`cannot store an article of ${peer}`, { code: "client-failed", peer, cause: error });
      lines.onFault?.({ peer, error: known });
    },
  };
  const stop = () => {
    groups[Symbol.dispose]();
    articles[Symbol.dispose]();
  };
  try {
    const server = serveLines(listen, (client) => serveClient(client, host), {
      idleTimeout: IDLE_TIMEOUT_MS,
      ...lines,
      farewell: {
        timeout: "400 Disconnected for inactivity\r\n",
        stopping: "400 Server shutting down\r\n",
        tooMany: "400 Too many connections\r\n",
      },
    });
    loopback = isLoopback(server.addr.hostname);
    server.finished.then(stop, stop);
    attach?.(server);
    return server;
  } catch (error) {
    stop();
    throw error;
  }
}
