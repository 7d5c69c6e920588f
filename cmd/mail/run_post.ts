import { type Call, clientTls, type credentialsOf, type ExitCode, familyOf, proxyOf } from "../../lib/cli/mod.ts";
import { showUntrusted, UsageError } from "../../lib/core/mod.ts";
import { type BuiltMail, parseNewsServer, postArticle } from "../../lib/mail/internal.ts";
import type { SEND_RECORDS } from "./records.ts";
import type { sendOptions } from "./send_options.ts";

/** Posts an article to the newsgroups of --newsgroup. */
export async function runPost(
  { options, output, signal, trace }: Call<typeof sendOptions, typeof SEND_RECORDS>,
  article: BuiltMail,
  who: Awaited<ReturnType<typeof credentialsOf>>,
): Promise<ExitCode> {
  const { server, timeout, auth, "auth-without-tls": withoutTls } = options;
  if (server === undefined) {
    throw new UsageError("option --server is missing", { hint: "nothing is posted with --dry-run" });
  }
  if (/^(?:smtps?|submissions?|unix):/i.test(server.text)) {
    throw new UsageError("--newsgroup requires a news server", { hint: "use --server nntp://HOST or nntps://HOST" });
  }
  if (auth !== undefined && auth !== "plain") throw new UsageError(`NNTP has no authentication by ${auth}`);
  const { address, implicitTls } = parseNewsServer(server.text, options.tls);
  if (implicitTls && options.tls !== undefined && options.tls !== "implicit") {
    throw new UsageError(`the scheme of the URL requires implicit TLS, not ${options.tls}`);
  }
  const tls = options.tls ?? (implicitTls ? "implicit" : "starttls");
  const report = await postArticle(server.text, article, {
    ...{ tls, timeout, signal, trace, proxy: proxyOf(options, address), family: familyOf(options) },
    trust: await clientTls({ ...options, tls: tls !== "none" }, output, "omit --tls none"),
    connectTimeout: options["connect-timeout"],
    auth: who && { user: who.user, secret: who.password, withoutTls, mechanism: auth && "PLAIN" },
  });
  if (options.json) output.record(report);
  else {for (const { address, accepted, reply } of report.recipients) {
      output.line(`${accepted ? "accepted" : "refused "}  ${showUntrusted(`${address}  ${reply.text}`)}`);
    }}
  return report.accepted > 0 ? 0 : 1;
}
