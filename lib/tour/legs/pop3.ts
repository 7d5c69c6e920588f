import { demonstratePop3 } from "../demonstrate/pop3.ts";
import type { Tour } from "../leg.ts";

/** The leg of POP3 in `toucan tour`. */
export const tour: Tour = {
  title: "the mailbox by POP3: a message is received, and deleted",
  layer: "application: POP3",
  async walk(stage) {
    stage.say("A sink has a message. A client receives it, and deletes it on the server.");
    stage.command("mail sink --pop3 1110 --starttls                              (one terminal)");
    stage.command("mail read pop3://bob@localhost:1110 --pin … all --save mail/ --delete   (another)");
    const { same, afterCut, afterQuit } = await demonstratePop3((event) => {
      if (event.direction === "*") stage.say(event.text);
      else stage.crossed(event);
    }, stage.signal);
    stage.check(same, "the message is received byte for byte, its line with a dot, too");
    stage.check(afterCut === 1, "a connection that ended without QUIT has deleted nothing");
    stage.check(afterQuit === 0, "QUIT has deleted it");
  },
};
