import { demonstrateImap } from "../demonstrate/imap.ts";
import type { Tour } from "../leg.ts";

/** The leg of IMAP in `toucan tour`. */
export const tour: Tour = {
  title: "the mailbox by IMAP: a message arrives while the client waits",
  layer: "application: IMAP",
  async walk(stage) {
    stage.say("A client waits for mail. A message arrives, is received, and marked as read on the server.");
    stage.command("mail sink --imap 1143 --starttls                              (one terminal)");
    stage.command("mail read imap://bob@localhost:1143 --pin … --idle --mark-seen   (another)");
    const { told, same, flags } = await demonstrateImap((event) => {
      if (event.direction === "*") stage.say(event.text);
      else stage.crossed(event);
    }, stage.signal);
    stage.check(told, "the server has told the waiting client of the message");
    stage.check(same, "the message is received byte for byte");
    stage.check(flags.includes("\\Seen"), "it is marked as read on the server, and stays there");
  },
};
