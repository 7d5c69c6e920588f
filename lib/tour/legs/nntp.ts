import { demonstrateNntp } from "../demonstrate/nntp.ts";
import type { Tour } from "../leg.ts";

/** The leg of NNTP in `toucan tour`. */
export const tour: Tour = {
  title: "a newsgroup by NNTP: an article, and an answer to it",
  layer: "application: NNTP",
  async walk(stage) {
    stage.say("A sink serves newsgroups. A client posts an article and an answer; another one reads them.");
    stage.command("mail sink --nntp 1119 --starttls                              (one terminal)");
    stage.command(
      "mail send -S nntp://localhost:1119 --pin … --newsgroup misc.food --from … --subject lunch   (another)",
    );
    stage.command("mail read nntp://localhost:1119/misc.food --pin …             (a third)");
    const { reports, overviews, article } = await demonstrateNntp((event) => {
      if (event.direction === "*") stage.say(event.text);
      else stage.crossed(event);
    }, stage.signal);
    stage.check(reports.every(({ accepted }) => accepted === 1), "the server has taken both articles (240)");
    stage.check(overviews[1]?.references === overviews[0]?.messageId, "the answer refers to the article");
    stage.check(/^Path: [^\r\n]*!\.POSTED\./m.test(article), "the server has added the path that the article took");
    stage.check(article.endsWith("\r\n\r\n.\r\nAt noon?\r\n"), "a dot on a line of its own did not end it");
  },
};
