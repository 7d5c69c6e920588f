import { servePop3 } from "../../mail/pop3/server/serve_pop3.ts";
import { mailSink } from "../../mail/sink/sink.ts";
import { deliver, LETTER } from "../demonstrate/mail_store.ts";
import { LEARNER_TIMEOUT_MS, type Lesson, type Step } from "./lesson.ts";
import { handLeg } from "./teach.ts";

/** Commands whose positive reply has several lines. */
const LISTS = /^\s*(?:capa|(?:list|uidl)\s*$|retr|top)/i;

const STEPS: readonly Step[] = [
  {
    line: "USER bob@example.com",
    accepts: /^user \S+$/i,
    expects: /^\+OK/,
    task: "Name the mailbox, with USER:",
    explains: "+OK and -ERR are the only two replies. The name alone opens nothing.",
    rfc: "RFC 1939 section 7",
  },
  {
    line: "PASS two cans",
    accepts: /^pass ./i,
    expects: /^\+OK/,
    task: "Send the password, with PASS (this server accepts any):",
    does: "login",
    explains: "The mailbox is locked for this session. The password was readable for all on the way: hence TLS.",
    rfc: "RFC 1939 section 7",
    secret: true,
  },
  {
    line: "STAT",
    expects: /^\+OK \d+ \d+/,
    task: "Ask for the size of the mailbox, with STAT:",
    does: "STAT",
    explains: "The number of messages, and their size in bytes.",
    rfc: "RFC 1939 section 5",
  },
  {
    line: "LIST",
    expects: /^\+OK/,
    task: "Ask for the messages, with LIST:",
    does: "LIST",
    explains: "One line for each message, its number and size; a dot on a line of its own ends the list.",
    rfc: "RFC 1939 section 5",
  },
  {
    line: "RETR 1",
    expects: /^\+OK/,
    task: "Receive the first message, with RETR:",
    does: "RETR",
    explains:
      "The dot that ends the reply is not the first: where the message has such a line, the server doubles its dot, and the client removes it.",
    rfc: "RFC 1939 sections 3 and 5",
  },
  {
    line: "QUIT",
    expects: /^\+OK/,
    task: "End the session, with QUIT:",
    does: "QUIT",
    explains: "Only now would messages be deleted that DELE has marked. The server closes the connection.",
    rfc: "RFC 1939 section 6",
  },
];

/** Returns whether a reply of a POP3 server to a line is complete. Pure. */
export function isPop3Reply(reply: string, line: string): boolean {
  if (!/\r\n$/.test(reply)) return false;
  return LISTS.test(line) && reply.startsWith("+OK") ? reply.endsWith("\r\n.\r\n") : true;
}

const LESSON: Lesson = {
  protocol: "POP3",
  server: "mail sink --pop3 1110",
  address: "localhost:1110",
  greeting: "The server speaks first: a POP3 client waits for this line.",
  steps: STEPS,
  isComplete: isPop3Reply,
  async serve(signal) {
    const sink = await mailSink({ signal });
    await deliver(sink, LETTER);
    const { address } = servePop3("127.0.0.1:0", { ...sink.access, idleTimeout: LEARNER_TIMEOUT_MS });
    return {
      address,
      effect: () => [sink.store.count === 1, "the message is still in the mailbox: nothing was deleted"],
      [Symbol.asyncDispose]: () => sink[Symbol.asyncDispose](),
    };
  },
};

/** Leg of `toucan tour`: POP3 by hand. */
export const tour = handLeg(LESSON);
