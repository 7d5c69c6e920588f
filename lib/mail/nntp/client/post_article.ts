import { formatAddress, UsageError } from "../../../core/mod.ts";
import type { MailReport } from "../../client/report.ts";
import { buildMail } from "../../message/build.ts";
import type { BuiltMail, MailMessage } from "../../message/types.ts";
import type { NntpReply } from "../codec/reply.ts";
import { connectNntp } from "./connect.ts";
import type { NntpClientOptions } from "./options.ts";
import { parseNewsServer } from "./news_server.ts";
import { NntpRefusedError } from "./refusal.ts";

/**
 * Posts an article over a new connection. Path is left to the server.
 *
 * Permissions: `--allow-net=HOST:PORT`, and `--allow-read=FILE` for each attached file.
 *
 * @param server Address or URL (`nntp://`, `nntps://`) of the server; the port is 119 unless given, with implicit TLS 563.
 * @param article Message with `newsgroups`, or one that is built already.
 * @returns The reply of the server for each newsgroup, also when it has refused the article.
 * @throws {UsageError} `no-recipient` without newsgroups, and what {@link buildMail} throws.
 * @throws {ToucanError} What {@link connectNntp} throws, and {@link NntpClient.post} when the article may or may not have been posted.
 * @example Post to a sink
 * ```ts
 * import { mailSink, postArticle, serveNntp } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using sink = await mailSink();
 * await using server = serveNntp("127.0.0.1:0", sink.store.account().inbox, { post: sink.access.keep });
 * const article = { from: "ada@example.com", newsgroups: ["misc.test"], subject: "hello", text: "how are you?" };
 * const report = await postArticle(server.address, article, { tls: "none" });
 * assertEquals([report.accepted, sink.store.count], [1, 1]);
 * ```
 */
export function postArticle(
  server: string,
  article: MailMessage | BuiltMail,
  options?: NntpClientOptions,
): Promise<MailReport>;
export async function postArticle(
  server: string,
  article: MailMessage | BuiltMail,
  options: NntpClientOptions = {},
): Promise<MailReport> {
  const start = performance.now();
  const { address, implicitTls } = parseNewsServer(server, options.tls);
  const mail = "chunks" in article ? article : await buildMail(article);
  const { newsgroups = [], messageId, from, size } = mail;
  if (newsgroups.length === 0) throw new UsageError("the article has no newsgroup", { code: "no-recipient" });
  await using client = await connectNntp(address, implicitTls ? { ...options, tls: "implicit" } : options);
  let reply: NntpReply;
  let accepted = true;
  try {
    reply = await client.post(mail.chunks());
  } catch (error) {
    if (!(error instanceof NntpRefusedError) || error.code !== "posting-refused") throw error;
    reply = error.reply;
    accepted = false;
  }
  const { code, text } = reply;
  return {
    ...{ messageId, from, size, server: formatAddress(address) },
    recipients: newsgroups.map((group) => ({
      address: group,
      accepted,
      reply: { code, text: `${code} ${text}`.trim() },
    })),
    accepted: accepted ? newsgroups.length : 0,
    tls: client.security?.verified,
    ms: Math.round((performance.now() - start) * 10) / 10,
  };
}
