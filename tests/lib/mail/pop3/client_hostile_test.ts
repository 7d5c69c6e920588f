import { assertEquals, assertRejects } from "@std/assert";
import { ToucanError, writeAll } from "../../../../lib/core/mod.ts";
import { connectPop3, type Pop3Client, type Pop3ClientOptions } from "../../../../lib/mail/mod.ts";
import { octets, readUntil, scriptedServer } from "../../../kit/raw.ts";

const AUTH = { user: "ada", secret: "s3cret-word", withoutTls: true };
const PLAIN: Pop3ClientOptions = { tls: "none", auth: AUTH };
/** Reply of a server to each command. */
type Script = Readonly<Record<string, string>>;
const HONEST: Script = {
  greeting: "+OK ready\r\n",
  CAPA: "+OK\r\nTOP\r\nUIDL\r\nUSER\r\n.\r\n",
  USER: "+OK\r\n",
  PASS: "+OK\r\n",
  STAT: "+OK 2 200\r\n",
  LIST: "+OK\r\n1 100\r\n2 100\r\n.\r\n",
  UIDL: "+OK\r\n1 a\r\n2 b\r\n.\r\n",
  RETR: "+OK\r\nSubject: x\r\n\r\nbody\r\n.\r\n",
  TOP: "+OK\r\nSubject: x\r\n\r\n.\r\n",
  DELE: "+OK\r\n",
  RSET: "+OK\r\n",
  QUIT: "+OK bye\r\n",
};
const CUT = "(cut)";
const SILENT = "(silent)";
/** Is sent again and again. */
const FOR_EVER = "(for ever)";

/** Answers commands by a script. What was received is in `heard`. */
function hostile(script: Script, heard: string[] = []) {
  const all: Script = { ...HONEST, ...script };
  return scriptedServer(async (conn) => {
    let command = "greeting";
    while (true) {
      const reply = all[command] ?? "-ERR Unknown command\r\n";
      const [text = "", mark] = reply.split(/(?=\((?:cut|silent|for ever)\))/);
      if (mark === FOR_EVER) { while (true) await writeAll(conn, octets(text.repeat(1000))); }
      if (text !== CUT && text !== SILENT) await writeAll(conn, octets(text));
      if (mark === CUT || text === CUT) return conn.close();
      const line = await readUntil(conn, /\r\n/).catch(() => "");
      if (line === "") return;
      heard.push(line.trimEnd());
      command = line.split(/[ \r]/)[0] ?? "";
    }
  });
}

/** Does all that a client can do. */
async function everything(client: Pop3Client): Promise<void> {
  await client.stat();
  await client.list();
  await client.top(1);
  await client.retrieve(1, { limit: 100_000 });
  await client.delete(1);
  await client.quit();
}

async function attempt(
  script: Script,
  options: Partial<Pop3ClientOptions> = {},
  heard: string[] = [],
): Promise<ToucanError> {
  await using server = hostile(script, heard);
  return await assertRejects(async () => {
    await using client = await connectPop3({ host: "127.0.0.1", port: server.port, transport: "ip" }, {
      ...PLAIN,
      ...options,
    });
    await everything(client);
  }, ToucanError);
}

Deno.test("pop3 client: an honest server, for comparison", async () => {
  await using server = hostile({});
  await using client = await connectPop3({ host: "127.0.0.1", port: server.port, transport: "ip" }, PLAIN);
  await everything(client);
});

const LONG = "x".repeat(5000);
for (
  const [what, script, code] of [
    ["a greeting of another protocol", { greeting: "220 smtp\r\n" }, "pop3-invalid-reply"],
    ["a greeting that refuses", { greeting: "-ERR [SYS/TEMP] \x1b[31mlater\r\n" }, "server-refused"],
    ["a greeting without end", { greeting: "x(for ever)" }, "line-too-long"],
    ["a long greeting", { greeting: `+OK ${LONG}\r\n` }, "line-too-long"],
    ["a greeting that ends with LF", { greeting: "+OK ready\n" }, "bare-lf"],
    ["a greeting, and a reply nobody asked for", { greeting: "+OK\r\n+OK\r\n" }, "unexpected-reply"],
    [
      "capabilities for ever",
      { CAPA: "+OK\r\nTOP\r\n".slice(5) + "(for ever)", greeting: "+OK\r\n" },
      "pop3-invalid-reply",
    ],
    ["a capability for ever", { CAPA: "+OK(for ever)" }, "line-too-long"],
    ["too many capabilities", { CAPA: `+OK\r\n${"TOP\r\n".repeat(200)}.\r\n` }, "pop3-reply-too-long"],
    ["a login that is refused", { PASS: "-ERR [AUTH] no s3cret-word\r\n" }, "auth-refused"],
    ["a mailbox in use", { PASS: "-ERR [IN-USE] locked\r\n" }, "mailbox-busy"],
    ["STAT without numbers", { STAT: "+OK many\r\n" }, "pop3-invalid-reply"],
    ["STAT of a billion messages", { STAT: "+OK 999999999 1\r\n" }, "pop3-invalid-reply"],
    ["a number that occurs twice", { LIST: "+OK\r\n1 100\r\n1 100\r\n.\r\n" }, "pop3-invalid-listing"],
    ["LIST that is no listing", { LIST: "+OK\r\nhello\r\n.\r\n" }, "pop3-invalid-listing"],
    ["LIST with a negative size", { LIST: "+OK\r\n1 -100\r\n.\r\n" }, "pop3-invalid-listing"],
    ["a listing line without end", { LIST: "+OK\r\n1(for ever)" }, "pop3-invalid-listing"],
    ["LIST for ever", { LIST: "1 1\r\n(for ever)" }, "pop3-invalid-reply"],
    ["UIDL with terminal escapes", { UIDL: "+OK\r\n1 \x1b[31m\r\n2 b\r\n.\r\n" }, "pop3-invalid-listing"],
    ["UIDL with fewer messages than LIST", { UIDL: "+OK\r\n1 a\r\n.\r\n" }, "pop3-invalid-listing"],
    ["UIDL with other numbers than LIST", { UIDL: "+OK\r\n1 a\r\n3 b\r\n.\r\n" }, "pop3-invalid-listing"],
    ["a size above the limit", { LIST: "+OK\r\n1 100001\r\n2 1\r\n.\r\n" }, "message-too-large"],
    [
      "a message larger than its size and the limit",
      { RETR: `+OK\r\n${"line\r\n".repeat(20_000)}.\r\n` },
      "message-endless",
    ],
    ["a message for ever", { RETR: "+OK line\r\n(for ever)" }, "message-endless"],
    ["a header for ever", { TOP: "+OK line\r\n(for ever)" }, "message-endless"],
    ["bytes behind a message", { RETR: "+OK\r\nx\r\n.\r\n+OK\r\n" }, "unexpected-reply"],
    ["a message that is refused", { RETR: "-ERR no such message\r\n" }, "message-refused"],
    ["a deletion that is refused", { DELE: "-ERR no\r\n" }, "message-refused"],
    ["QUIT that could not delete", { QUIT: "-ERR some deleted messages not removed\r\n" }, "message-refused"],
    ["a challenge for a command", { STAT: "+ go on\r\n" }, "message-refused"],
    ...["greeting", "CAPA", "USER", "PASS", "STAT", "LIST", "UIDL", "TOP", "RETR", "DELE", "QUIT"].flatMap((at) =>
      [
        [`a connection that is cut in place of ${at}`, { [at]: CUT }, "connection-cut"],
        [`a connection that is cut within ${at}`, { [at]: `+O${CUT}` }, "connection-cut"],
        [`silence in place of ${at}`, { [at]: SILENT }, "timeout"],
      ] as const
    ),
    ...["CAPA", "LIST", "UIDL", "TOP", "RETR"].map((at) =>
      [
        `a connection that is cut within the lines of ${at}`,
        { [at]: `+OK\r\n1 1\r\n${CUT}` },
        "connection-cut",
      ] as const
    ),
  ] as const satisfies readonly (readonly [string, Script, string])[]
) {
  Deno.test(`pop3 client: ${what}`, async () => {
    const error = await attempt(script, { timeout: code === "timeout" ? 50 : 60_000 });
    assertEquals(error.code, code, error.message);
    assertEquals(error.message.includes(AUTH.secret), false);
  });
}

for (
  const [what, script, tls, code, allowed] of [
    ["a server without STLS", {}, "starttls", "starttls-missing", ["CAPA"]],
    ["STLS that is refused", { CAPA: "+OK\r\nSTLS\r\n.\r\n", STLS: "-ERR no\r\n" }, "starttls", "starttls-refused", [
      "CAPA",
      "STLS",
    ]],
    [
      "STLS with bytes behind the reply",
      { CAPA: "+OK\r\nSTLS\r\n.\r\n", STLS: "+OK\r\n+OK injected\r\n" },
      "starttls",
      "starttls-injection",
      ["CAPA", "STLS"],
    ],
  ] as const
) {
  Deno.test(`pop3 client: ${what}: no password is sent`, async () => {
    const heard: string[] = [];
    const error = await attempt(script, { tls }, heard);
    assertEquals([error.code, heard], [code, [...allowed]]);
  });
}

Deno.test("pop3 client: no password without TLS unless it is allowed, and none that would be two commands", async () => {
  const heard: string[] = [];
  const { withoutTls: _, ...strict } = AUTH;
  assertEquals((await attempt({}, { auth: strict }, heard)).code, "auth-without-tls");
  assertEquals((await attempt({}, { auth: { ...AUTH, secret: "x\r\nDELE 1" } }, heard)).code, "injection");
  assertEquals((await attempt({}, { auth: { ...AUTH, user: "x\r\nDELE 1" } }, heard)).code, "injection");
  assertEquals(heard, ["CAPA", "CAPA", "CAPA"]);
});

Deno.test("pop3 client: AUTH PLAIN where it is offered, also with a challenge; a server without UIDL or CAPA", async () => {
  for (const AUTHS of ["+OK\r\n", "+ \r\n"]) {
    const heard: string[] = [];
    const script = { CAPA: "+OK\r\nSASL PLAIN\r\nUIDL\r\n.\r\n", AUTH: AUTHS, [btoa("\0ada\0s3cret-word")]: "+OK\r\n" };
    await using server = hostile(script, heard);
    await using client = await connectPop3({ host: "127.0.0.1", port: server.port, transport: "ip" }, PLAIN);
    await client.stat();
    assertEquals(heard[1], `AUTH PLAIN ${btoa("\0ada\0s3cret-word")}`);
  }
  await using server = hostile({ CAPA: "-ERR unknown\r\n", UIDL: "-ERR unknown\r\n" });
  await using client = await connectPop3({ host: "127.0.0.1", port: server.port, transport: "ip" }, PLAIN);
  assertEquals(await client.list(), [{ number: 1, size: 100 }, { number: 2, size: 100 }]);
});

Deno.test("pop3 client: the trace masks the password, also where the server repeats it", async () => {
  const trace: string[] = [];
  await attempt({ PASS: "-ERR unknown password s3cret-word\r\n" }, { trace: ({ text }) => void trace.push(text) });
  assertEquals(trace.some((line) => line.includes("s3cret")), false);
  assertEquals(trace.includes("PASS ********"), true);
});
