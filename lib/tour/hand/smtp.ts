import { mailSink } from "../../mail/sink/sink.ts";
import { LEARNER_TIMEOUT_MS, type Lesson, type Step } from "./lesson.ts";
import { handLeg } from "./teach.ts";

/** Line of a message: any but the dot that ends it. */
const MESSAGE_LINE = /^(?!\.$)/;

const STEPS: readonly Step[] = [
  {
    line: "EHLO me.example.com",
    accepts: /^(?:ehlo|helo) \S+$/i,
    expects: /^250/,
    task: "Greet the server, with EHLO and the name of this machine:",
    does: "EHLO",
    explains: "250 is success; after a number with a hyphen, another line follows. Each line is an extension.",
    rfc: "RFC 5321 section 4.1.1.1",
  },
  {
    line: "MAIL FROM:<ann@example.com>",
    accepts: /^mail from:\s*<\S*>.*$/i,
    expects: /^250/,
    task: "Name the sender, with MAIL FROM:",
    explains: "The address to which a failure is reported. It need not be the one that the reader sees.",
    rfc: "RFC 5321 section 4.1.1.2",
  },
  {
    line: "RCPT TO:<ben@example.com>",
    accepts: /^rcpt to:\s*<\S+>.*$/i,
    expects: /^250/,
    task: "Name a recipient, with RCPT TO:",
    does: "envelope",
    explains: "One line for each recipient, and a reply for each: a server may accept one and reject another.",
    rfc: "RFC 5321 section 4.1.1.3",
  },
  {
    line: "DATA",
    expects: /^354/,
    task: "Announce the message, with DATA:",
    explains: "3xx means: go on. From here on, the server reads lines of the message, and replies to none.",
    rfc: "RFC 5321 section 4.1.1.4",
  },
  {
    line: "Subject: lunch",
    accepts: MESSAGE_LINE,
    task: "Type a field of the message:",
    explains: "No reply: this is the message. From and To are fields as well, and the server does not compare them.",
    rfc: "RFC 5322 section 2.2",
  },
  {
    line: "",
    accepts: MESSAGE_LINE,
    task: "End the fields, with an empty line:",
    explains: "What follows is the body.",
    rfc: "RFC 5322 section 2.1",
  },
  {
    line: "At noon?",
    accepts: MESSAGE_LINE,
    task: "Type the body:",
    explains: "A line that begins with a dot would need a second one before it.",
    rfc: "RFC 5321 section 4.5.2",
  },
  {
    line: ".",
    expects: /^250/,
    task: "End the message, with a dot on a line of its own:",
    does: "message",
    explains: "Now the server is responsible for the message: it delivers it, or reports the failure to the sender.",
    rfc: "RFC 5321 section 4.2.5",
  },
  {
    line: "QUIT",
    expects: /^221/,
    task: "End the session, with QUIT:",
    does: "QUIT",
    explains: "The server closes the connection.",
    rfc: "RFC 5321 section 4.1.1.10",
  },
];

/** Returns whether a reply of an SMTP server is complete: its last line has no hyphen after the number. Pure. */
export function isSmtpReply(reply: string): boolean {
  return /(?:^|\n)\d{3}(?: [^\n]*)?\r\n$/.test(reply);
}

const LESSON: Lesson = {
  protocol: "SMTP",
  server: "mail sink",
  address: "localhost:1025",
  greeting: "The server speaks first: 220, its name, and ESMTP for EHLO.",
  steps: STEPS,
  isComplete: isSmtpReply,
  async serve(signal) {
    const sink = await mailSink({ signal, limits: { idleTime: LEARNER_TIMEOUT_MS, dataTime: LEARNER_TIMEOUT_MS } });
    return {
      address: sink.address,
      effect: () => [sink.store.count > 0, "the server has the message"],
      [Symbol.asyncDispose]: () => sink[Symbol.asyncDispose](),
    };
  },
};

/** Leg of `toucan tour`: SMTP by hand. */
export const tour = handLeg(LESSON);
