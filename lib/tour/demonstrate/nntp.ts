import type { Trace } from "../../core/mod.ts";
import type { MailReport } from "../../mail/client/report.ts";
import { connectNntp } from "../../mail/nntp/client/connect.ts";
import { postArticle } from "../../mail/nntp/client/post_article.ts";
import type { Overview } from "../../mail/nntp/codec/overview.ts";
import { serveNntp } from "../../mail/nntp/server/serve_nntp.ts";
import { withSink } from "./mail_store.ts";

/** Results of {@link demonstrateNntp}. */
export interface NntpDemonstrated {
  /** Reports of an article and of the answer to it. */
  readonly reports: readonly MailReport[];
  /** The articles in the newsgroup. */
  readonly overviews: readonly Overview[];
  /** The first article. */
  readonly article: string;
}

/** Posts an article and an answer to a newsgroup of a sink on loopback by NNTP under TLS, and reads them. Needs the net permission. */
export function demonstrateNntp(trace: Trace, signal?: AbortSignal): Promise<NntpDemonstrated> {
  return withSink(trace, signal, async (sink, options) => {
    const { access, store } = sink;
    await using server = serveNntp("127.0.0.1:0", store.account().inbox, {
      ...{ ...access, ...access.security(false), trace: undefined, login: undefined, post: access.keep },
    });
    const { auth: _, ...anonymous } = options;
    const messageId = "<lunch@example.com>";
    const article = {
      from: "Ada <ada@example.com>",
      newsgroups: ["misc.food"],
      subject: "lunch",
      text: ".\nAt noon?\n",
    };
    // Clients trace no articles.
    const posting: Trace = (event) => {
      if (event.direction === ">" && event.text === ".") trace({ direction: ">", text: "(the article, line by line)" });
      trace(event);
    };
    const reports = [await postArticle(server.address, { ...article, messageId }, { ...anonymous, trace: posting })];
    const answer = { ...article, subject: "Re: lunch", text: "Yes.\n", references: messageId };
    // What the client does again is not shown again.
    reports.push(await postArticle(server.address, answer, { ...anonymous, trace: undefined }));
    let connected = false;
    const later: Trace = (event) => connected ? trace(event) : undefined;
    await using client = await connectNntp(server.address, { ...anonymous, trace: later });
    connected = true;
    const { low, high } = await client.group("misc.food");
    const overviews = await client.over({ from: low, to: high });
    trace({ direction: "<", text: `(${overviews.length} lines of overview, and one with a dot)` });
    const bytes = await client.article(messageId);
    trace({ direction: "<", text: `(${bytes.length} bytes of article, and a line with a dot)` });
    return { reports, overviews, article: new TextDecoder().decode(bytes) };
  });
}
