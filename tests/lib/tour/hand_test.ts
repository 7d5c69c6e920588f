import { assert, assertEquals, assertMatch } from "@std/assert";
import { Output } from "../../../lib/cli/mod.ts";
import { listen } from "../../../lib/tcp/mod.ts";
import { HandWire } from "../../../lib/tour/hand/hand_wire.ts";
import { isHttpReply, tour as http } from "../../../lib/tour/hand/http.ts";
import { isPop3Reply, tour as pop3 } from "../../../lib/tour/hand/pop3.ts";
import { isSmtpReply, tour as smtp } from "../../../lib/tour/hand/smtp.ts";
import { type Tour, TourLeft } from "../../../lib/tour/leg.ts";
import { PrintedStage } from "../../../lib/tour/stage.ts";

const LESSONS = { http, smtp, pop3 };

/** Walks a lesson. The learner types these lines, then presses Enter until it is over; without lines, the tour types. */
async function walk(tour: Tour, lines?: readonly string[]) {
  const typed = [...lines ?? []];
  const sink = { writeSync: (bytes: Uint8Array) => bytes.length, isTerminal: () => false };
  let asked = 0;
  const ask = () => {
    if (++asked > 60) throw new TourLeft("the lesson does not end");
    return Promise.resolve(typed.shift() ?? "");
  };
  const output = new Output({ stdout: sink, stderr: sink });
  const stage = new PrintedStage(output, new AbortController().signal, { ask: lines && ask });
  await tour.walk(stage);
  const said = stage.events.flatMap((event) => event.kind === "say" ? [event.text] : []);
  const wires = stage.events.flatMap((event) => event.kind === "wire" ? [event] : []);
  const sent = wires.filter(({ from }) => from === "client").map(({ text }) => text);
  const received = wires.filter(({ from }) => from === "server").map(({ text }) => text);
  return { claims: stage.claims, said: said.join("\n"), sent, received: received.join("\n") };
}

for (const [name, tour] of Object.entries(LESSONS)) {
  Deno.test(`lesson ${name}: an empty line types each line, as the tour does without a learner`, async () => {
    const alone = await walk(tour);
    const learner = await walk(tour, []);
    assertEquals(learner.sent, alone.sent);
    assertEquals(learner.claims, alone.claims);
    assert(alone.claims >= 2);
  });
}

/** Lines of a learner, and the answers of the server and the lesson. No lesson has a dead end. */
const DETOURS: readonly (readonly [keyof typeof LESSONS, lines: string[], received: RegExp, said: RegExp])[] = [
  ["pop3", ["HELO"], /^-ERR/m, /hint: the lesson goes on with: USER bob@example.com/],
  ["pop3", ["?", "USER bob@example.com"], /^\+OK Logged in/m, /^USER bob@example\.com$/m],
  ["pop3", ["USER bob@example.com", "PASS x", "RETR 1"], /^At noon\?$/m, /doubles its dot/],
  ["pop3", ["USER bob@example.com", "PASS x", "RETR 7"], /^-ERR/m, /goes on with: STAT/],
  ["pop3", ["USER bob@example.com", "PASS x", "CAPA"], /^UIDL$/m, /goes on with: STAT/],
  ["pop3", ["QUIT"], /^\+OK Logging out$/m, /starts over/],
  ["pop3", ["list"], /^-ERR/m, /goes on with: USER/],
  ["smtp", ["HELLO you"], /^5\d\d /m, /goes on with: EHLO/],
  ["smtp", ["ehlo x", "RCPT TO:<a@example.com>"], /^503 /m, /goes on with: MAIL FROM/],
  ["smtp", ["ehlo x", "mail from:<a@example.com>", "RSET", "rcpt to:<b@example.com>"], /^503 /m, /Begin again/],
  ["smtp", ["ehlo x", "mail from:<>", "rcpt to:<b@example.com>", "data", "."], /queued as/, /responsible for/],
  [
    "smtp",
    ["ehlo x", "mail from:<>", "rcpt to:<b@example.com>", "data", "a", "b", "c", "d"],
    /queued/,
    /goes on with: \./,
  ],
  ["smtp", ["ehlo x", "mail from:<>", "data"], /^554 /m, /goes on with: RCPT/],
  ["smtp", ["\x1b[31mred"], /^5\d\d /m, /goes on with: EHLO/],
  ["http", ["hello"], /^HTTP\/1\.1 400/m, /starts over/],
  ["http", ["GET / HTTP/1.1"], /^HTTP\/1\.1 404/m, /Host names the one/],
  [
    "http",
    ["GET /hello.txt HTTP/1.1", "Accept: text/plain"],
    /^HTTP\/1\.1 200/m,
    /not replied: it waits[^]*with: Host/,
  ],
];

for (const [name, lines, received, said] of DETOURS) {
  Deno.test(`lesson ${name}: after ${JSON.stringify(lines)} the learner finds back`, async () => {
    const walked = await walk(LESSONS[name], lines);
    assertMatch(walked.received, received);
    assertMatch(walked.said, said);
    assertEquals(walked.claims, (await walk(LESSONS[name])).claims);
  });
}

Deno.test("lesson pop3: a password of the learner's own is not recorded", async () => {
  const { sent } = await walk(pop3, ["USER bob@example.com", "PASS s3cret"]);
  assertEquals(sent.slice(0, 2), ["USER bob@example.com", "PASS ********"]);
});

Deno.test("replies are complete at the end that the protocol gives them", () => {
  assertEquals(["+OK", "+OK\r\n", "+OK\r\n1 2\r\n"].map((reply) => isPop3Reply(reply, "LIST")), [false, false, false]);
  assertEquals([isPop3Reply("+OK\r\n1 2\r\n.\r\n", "list"), isPop3Reply("-ERR no\r\n", "LIST")], [true, true]);
  assertEquals([isPop3Reply("+OK 1 2\r\n", "LIST 1"), isPop3Reply("+OK\r\n", "STAT")], [true, true]);
  assertEquals(["250-a\r\n", "250-a\r\n250 b\r\n", "250\r\n", "250 b"].map(isSmtpReply), [false, true, true, false]);
  const head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
  assertEquals([head, `${head}a`, `${head}ab`, `${head}é`].map(isHttpReply), [false, false, true, true]);
});

Deno.test("the connection of a lesson: an early reply is returned at once", async () => {
  await using server = listen("127.0.0.1:0", {
    async onConnection(connection) {
      await connection.send("hello\n");
      for await (const line of connection.lines()) await connection.send(`${line}!\n`);
    },
  });
  await using wire = new HandWire(server.addr, new AbortController().signal);
  const whole = (reply: string) => reply.endsWith("\n");
  assertEquals(await wire.reply(whole, 5000), "hello\n");
  wire.send("a");
  assertEquals(await wire.reply(whole, 5000), "a!\n");
  wire.send("b");
  assertEquals([await wire.reply(whole, 5000), wire.crlf, wire.closed], ["b!\n", true, false]);
});
