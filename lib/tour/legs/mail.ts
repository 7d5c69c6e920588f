import type { Tour } from "../leg.ts";
import { demonstrateMail } from "../demonstrate/mail.ts";

/** The leg of `mail` in `toucan tour`. */
export const tour: Tour = {
  title: "send a mail",
  layer: "application: SMTP",
  async walk(stage) {
    stage.say("A sink accepts all mail. A client sends a message: to one recipient, and to another in Bcc.");
    stage.command("mail sink                                                      (one terminal)");
    stage.command("mail send -S localhost:1025 --pin … --from … --to … --bcc …    (another)");
    const { report, kept, source } = await demonstrateMail((event) => {
      if (event.direction === "*") stage.say(event.text);
      else stage.crossed(event);
    }, stage.signal);
    stage.check(
      report.accepted === 2 && kept.length === 1,
      "both recipients were accepted, and the sink has one message",
    );
    stage.check(report.tls === "pin", "it went over TLS, to the server with the pinned key");
    stage.check(kept[0]?.to.includes("eve@example.com") === true, "the Bcc recipient is in the envelope");
    stage.check(!/^bcc:/im.test(source), "and not in the message");
    stage.check(source.includes("dot.\r\n.\r\nIt did"), "a dot on a line of its own did not end it");
  },
};
