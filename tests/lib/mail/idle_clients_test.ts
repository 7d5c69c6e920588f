import { assertEquals, assertMatch } from "@std/assert";
import { ByteReader, writeAll } from "../../../lib/core/mod.ts";
import { type MailSink, mailSink, serveNntp, servePop3 } from "../../../lib/mail/mod.ts";

/** Number of clients: those of IMAP are in imap/server_test.ts. */
const CLIENTS = 500;

/** Servers, what each client says before it is idle, and a command that is answered after a message has come, with its answer. */
const ROWS: readonly (readonly [
  protocol: string,
  serve: (sink: MailSink) => { readonly port: number },
  before: string,
  after: string,
  answer: RegExp,
])[] = [
  ["smtp", (sink) => sink, "HELO me\r\n", "NOOP\r\n", /^250 /],
  ["pop3", ({ access }) => servePop3("127.0.0.1:0", access), "USER ada\r\nPASS x\r\n", "STAT\r\n", /^\+OK 0 0$/],
  [
    "nntp",
    ({ access, store }) => serveNntp("127.0.0.1:0", store.account().inbox, { ...access, login: undefined }),
    "GROUP toucan.inbox\r\n",
    "GROUP toucan.inbox\r\n",
    /^211 1 1 1 toucan\.inbox$/,
  ],
];

for (const [protocol, serve, before, after, answer] of ROWS) {
  Deno.test(`${protocol} server: ${CLIENTS} idle clients are answered after a message has come`, async () => {
    await using sink = await mailSink();
    const { port } = serve(sink);
    const text = new TextDecoder();
    const clients = await Promise.all(Array.from({ length: CLIENTS }, async () => {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port });
      const reader = new ByteReader(conn, "the server");
      const line = async () => text.decode(await reader.readLine(1000) ?? undefined);
      await line();
      await writeAll(conn, new TextEncoder().encode(before));
      for (const _ of before.trim().split("\r\n")) assertMatch(await line(), /^[+2]/);
      return { conn, line };
    }));
    sink.store.add({ from: "a@x", to: ["b@x"] }, [new TextEncoder().encode("Subject: new\r\n\r\n")]);
    const answers = await Promise.all(clients.map(async ({ conn, line }) => {
      await writeAll(conn, new TextEncoder().encode(after));
      return await line();
    }));
    assertEquals(answers.filter((line) => !answer.test(line)), []);
    for (const { conn } of clients) conn.close();
  });
}
