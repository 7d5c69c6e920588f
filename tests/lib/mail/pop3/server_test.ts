import { assertEquals, assertMatch } from "@std/assert";
import { LoginLimit, selfSigned } from "../../../../lib/core/mod.ts";
import { MailFaults, type MailStore, type Pop3ServerOptions, servePop3 } from "../../../../lib/mail/mod.ts";
import { memoryStore } from "../../../../lib/mail/store/memory/memory_store.ts";
import { rawExchange } from "../../../kit/raw.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const MESSAGES = [
  "Subject: one\r\n\r\nhello\r\n",
  "Subject: two\r\n\r\n.\r\n..dots\r\nend",
  "Subject: three\n\nLF\n.\nonly\n",
];

/** Serves three messages. */
async function served(options: Partial<Pop3ServerOptions> = {}) {
  const store = memoryStore();
  for (const message of MESSAGES) await store.add({ from: "a@example.com", to: ["b@example.com"] }, [bytes(message)]);
  const traced: string[] = [];
  const faults: string[] = [];
  const server = servePop3("127.0.0.1:0", {
    login: (user, password) => user === "ada" && password === "secret" ? store.account() : undefined,
    trace: ({ direction, text }) => void traced.push(`${direction} ${text}`),
    onFault: ({ error }) => void faults.push(error.code),
    ...options,
  });
  return { store, server, traced, faults, [Symbol.asyncDispose]: () => server.shutdown() };
}

const LOGIN = "USER ada\r\nPASS secret\r\n";
const IN = "+OK Toucan POP3 server ready\r\n+OK\r\n+OK Logged in, 3 messages\r\n";
const OUT = "+OK Logging out\r\n";
const uidsOf = ({ inbox }: ReturnType<MailStore["account"]>) =>
  inbox.messages.map(({ uid }) => `${inbox.uidValidity}.${uid}`);

for (
  const [what, sent, heard, left] of [
    ["STAT", `${LOGIN}STAT\r\nQUIT\r\n`, `${IN}+OK 3 79\r\n${OUT}`, 3],
    ["LIST", `${LOGIN}LIST\r\nQUIT\r\n`, `${IN}+OK 3 messages (79 octets)\r\n1 23\r\n2 30\r\n3 26\r\n.\r\n${OUT}`, 3],
    [
      "LIST of one",
      `${LOGIN}LIST 2\r\nLIST 4\r\nLIST x\r\nQUIT\r\n`,
      `${IN}+OK 2 30\r\n-ERR No such message\r\n-ERR No such message\r\n${OUT}`,
      3,
    ],
    ["RETR", `${LOGIN}RETR 1\r\nQUIT\r\n`, `${IN}+OK 23 octets\r\n${MESSAGES[0]}.\r\n${OUT}`, 3],
    [
      "RETR with dots, and without a line end",
      `${LOGIN}RETR 2\r\nQUIT\r\n`,
      `${IN}+OK 30 octets\r\nSubject: two\r\n\r\n..\r\n...dots\r\nend\r\n.\r\n${OUT}`,
      3,
    ],
    [
      "RETR of lines that end with LF",
      `${LOGIN}RETR 3\r\nQUIT\r\n`,
      `${IN}+OK 26 octets\r\nSubject: three\r\n\r\nLF\r\n..\r\nonly\r\n.\r\n${OUT}`,
      3,
    ],
    [
      "TOP",
      `${LOGIN}TOP 2 0\r\nTOP 2 1\r\nTOP 1\r\nTOP 1 -1\r\nTOP 9 1\r\nQUIT\r\n`,
      `${IN}+OK Top of message follows\r\nSubject: two\r\n\r\n.\r\n+OK Top of message follows\r\nSubject: two\r\n\r\n..\r\n.\r\n-ERR Usage: TOP message lines\r\n-ERR Usage: TOP message lines\r\n-ERR No such message\r\n${OUT}`,
      3,
    ],
    [
      "DELE and QUIT",
      `${LOGIN}DELE 2\r\nDELE 2\r\nRETR 2\r\nSTAT\r\nLIST\r\nQUIT\r\n`,
      `${IN}+OK Message 2 deleted\r\n-ERR No such message\r\n-ERR No such message\r\n+OK 2 49\r\n+OK 2 messages (49 octets)\r\n1 23\r\n3 26\r\n.\r\n${OUT}`,
      2,
    ],
    [
      "DELE and RSET",
      `${LOGIN}DELE 1\r\nRSET\r\nSTAT\r\nQUIT\r\n`,
      `${IN}+OK Message 1 deleted\r\n+OK 3 messages\r\n+OK 3 79\r\n${OUT}`,
      3,
    ],
    [
      "DELE and a connection that ends",
      `${LOGIN}DELE 1\r\nDELE 2\r\n`,
      `${IN}+OK Message 1 deleted\r\n+OK Message 2 deleted\r\n`,
      3,
    ],
    ["NOOP, and letters of either case", `user ada\r\npass secret\r\nnoop\r\nquit\r\n`, `${IN}+OK\r\n${OUT}`, 3],
    [
      "AUTH PLAIN",
      `AUTH PLAIN ${btoa("\0ada\0secret")}\r\nQUIT\r\n`,
      `+OK Toucan POP3 server ready\r\n+OK Logged in, 3 messages\r\n${OUT}`,
      3,
    ],
    [
      "AUTH PLAIN with a challenge",
      `AUTH PLAIN\r\n${btoa("\0ada\0secret")}\r\nQUIT\r\n`,
      `+OK Toucan POP3 server ready\r\n+ \r\n+OK Logged in, 3 messages\r\n${OUT}`,
      3,
    ],
    [
      "AUTH that is cancelled, unknown, or invalid",
      `AUTH PLAIN\r\n*\r\nAUTH CRAM-MD5\r\nAUTH PLAIN x\r\nAUTH PLAIN a b\r\nAUTH\r\nQUIT\r\n`,
      `+OK Toucan POP3 server ready\r\n+ \r\n-ERR Authentication cancelled\r\n-ERR Unsupported authentication mechanism\r\n-ERR Invalid response\r\n-ERR Invalid syntax\r\n+OK\r\nPLAIN\r\n.\r\n${OUT}`,
      3,
    ],
    [
      "CAPA",
      `CAPA\r\n${LOGIN}CAPA\r\nQUIT\r\n`,
      `+OK Toucan POP3 server ready\r\n+OK Capability list follows\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nUSER\r\nSASL PLAIN\r\nEXPIRE NEVER\r\nIMPLEMENTATION Toucan\r\n.\r\n+OK\r\n+OK Logged in, 3 messages\r\n+OK Capability list follows\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nEXPIRE NEVER\r\nIMPLEMENTATION Toucan\r\n.\r\n${OUT}`,
      3,
    ],
    [
      "commands out of place",
      `RETR 1\r\nDELE 1\r\nPASS x\r\nUSER\r\nFOO\r\nSTLS\r\n${LOGIN}USER ada\r\nSTLS\r\nAPOP a b\r\nconstructor\r\nQUIT\r\n`,
      `+OK Toucan POP3 server ready\r\n-ERR Not logged in\r\n-ERR Not logged in\r\n-ERR No user name given\r\n-ERR Missing user name\r\n-ERR Unknown command\r\n-ERR STLS not offered\r\n+OK\r\n+OK Logged in, 3 messages\r\n-ERR Already logged in\r\n-ERR Already logged in\r\n-ERR Unknown command\r\n-ERR Unknown command\r\n${OUT}`,
      3,
    ],
    [
      "three wrong passwords",
      "USER ada\r\nPASS x\r\n".repeat(4),
      `+OK Toucan POP3 server ready\r\n${"+OK\r\n-ERR [AUTH] Authentication failed\r\n".repeat(3)}`,
      3,
    ],
    [
      "fifty mistakes",
      "FOO\r\n".repeat(60),
      `+OK Toucan POP3 server ready\r\n${"-ERR Unknown command\r\n".repeat(50)}-ERR Too many errors\r\n`,
      3,
    ],
    [
      "a hundred refusals of a client that is not mistaken",
      `${LOGIN}${"RETR 9\r\nNOOP\r\n".repeat(100)}QUIT\r\n`,
      `${IN}${"-ERR No such message\r\n+OK\r\n".repeat(100)}${OUT}`,
      3,
    ],
    [
      "a bare LF",
      "USER ada\nPASS x\r\n",
      "+OK Toucan POP3 server ready\r\n-ERR Bare <LF> received; lines end with <CR><LF>\r\n",
      3,
    ],
    [
      "a bare CR",
      "USER a\rda\r\n",
      "+OK Toucan POP3 server ready\r\n-ERR Bare <CR> received; lines end with <CR><LF>\r\n",
      3,
    ],
    [
      "a line without end",
      "x".repeat(20_000),
      "+OK Toucan POP3 server ready\r\n-ERR Line too long (limit: 12288 bytes)\r\n",
      3,
    ],
    [
      "an HTTP request",
      "GET / HTTP/1.1\r\nUSER ada\r\n",
      "+OK Toucan POP3 server ready\r\n-ERR HTTP is not supported on a POP3 port\r\n",
      3,
    ],
  ] as const
) {
  Deno.test(`pop3 server: ${what}`, async () => {
    await using host = await served();
    assertEquals(await rawExchange(host.server.port, sent, { end: true }), heard);
    assertEquals(host.store.count, left);
  });
}

Deno.test("pop3 server: UIDL has ids that stay, and a session has what was there at its login", async () => {
  await using host = await served();
  const account = host.store.account();
  const uids = uidsOf(account);
  const heard = await rawExchange(host.server.port, `${LOGIN}UIDL\r\nUIDL 2\r\nDELE 1\r\nQUIT\r\n`);
  assertEquals(
    heard,
    `${IN}+OK\r\n${uids.map((uid, i) => `${i + 1} ${uid}\r\n`).join("")}.\r\n+OK 2 ${
      uids[1]
    }\r\n+OK Message 1 deleted\r\n${OUT}`,
  );
  assertEquals(uidsOf(account), uids.slice(1));
  // A message that something else deletes in the meantime.
  const conn = await Deno.connect({ port: host.server.port, hostname: "127.0.0.1" });
  const read = async (end: string) => {
    let text = "";
    const buffer = new Uint8Array(4096);
    while (!text.endsWith(end)) {
      const count = await conn.read(buffer);
      if (count === null) break;
      text += new TextDecoder().decode(buffer.subarray(0, count));
    }
    return text;
  };
  await conn.write(bytes(LOGIN));
  await read("2 messages\r\n");
  await account.inbox.remove([account.inbox.messages[0]?.uid ?? 0]);
  await host.store.add({ from: "", to: ["x@example.com"] }, [bytes("late")]);
  await conn.write(bytes("RETR 1\r\nSTAT\r\nDELE 1\r\nQUIT\r\n"));
  assertEquals(
    await read(OUT),
    `-ERR [SYS/TEMP] Message no longer available\r\n+OK 2 56\r\n+OK Message 1 deleted\r\n${OUT}`,
  );
  conn.close();
  assertEquals(host.store.count, 2);
});

Deno.test("pop3 server: the trace has the dialogue, and no password", async () => {
  await using host = await served();
  await rawExchange(
    host.server.port,
    `USER ada\r\nPASS wrong\r\nAUTH PLAIN ${btoa("\0ada\0secret")}\r\nSTAT\r\nQUIT\r\n`,
  );
  await rawExchange(host.server.port, `AUTH PLAIN\r\n${btoa("\0ada\0secret")}\r\nQUIT\r\n`);
  const trace = host.traced.join("\n");
  assertEquals(/wrong|secret/.test(trace) || trace.includes(btoa("\0ada\0secret")), false);
  for (const line of ["< PASS ********", "< AUTH PLAIN ********", "< ********", "> +OK 3 79", "< STAT"]) {
    assertEquals(host.traced.includes(line), true, `${line} in\n${trace}`);
  }
});

Deno.test("pop3 server: passwords require TLS beyond loopback, and nothing behind STLS is executed", async () => {
  await using plain = await served({ authWithoutTls: false });
  const refused = "-ERR [AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections\r\n";
  const heard = await rawExchange(plain.server.port, `USER ada\r\nAUTH PLAIN x\r\nCAPA\r\nQUIT\r\n`);
  assertEquals(heard.startsWith(`+OK Toucan POP3 server ready\r\n${refused}${refused}`), true);
  assertEquals(/USER|SASL/.test(heard), false);
  await using secure = await served({ tls: await selfSigned() });
  // Bytes behind STLS could be injected: nothing of them is executed, and the connection ends.
  const injected = await rawExchange(secure.server.port, `STLS\r\n${LOGIN}DELE 1\r\nQUIT\r\n`);
  assertMatch(injected, /^\+OK Toucan POP3 server ready\r\n(?:\+OK Begin TLS negotiation\r\n)?$/);
  assertEquals([secure.store.count, secure.faults], [3, ["starttls-injection"]]);
});

Deno.test("pop3 server: failed logins of an address are limited", async () => {
  const logins = new LoginLimit({ burst: 2, now: () => 0 });
  await using host = await served({ logins });
  const heard = await rawExchange(host.server.port, `${"USER ada\r\nPASS x\r\n".repeat(2)}${LOGIN}QUIT\r\n`);
  assertMatch(heard, /-ERR \[SYS\/TEMP\] Too many failed logins, try again in 6s\r\n\+OK Logging out\r\n$/);
});

for (
  const [fail, sent, heard, left] of [
    ["pop3-connect:err", LOGIN, "-ERR [SYS/TEMP] simulated failure\r\n", 3],
    ["pop3-connect:close", LOGIN, "", 3],
    [
      "pop3-pass:err:ada@*",
      `${LOGIN}QUIT\r\n`,
      `+OK Toucan POP3 server ready\r\n+OK\r\n-ERR [SYS/TEMP] simulated failure\r\n${OUT}`,
      3,
    ],
    ["pop3-pass:err:bob@*", `${LOGIN}QUIT\r\n`, `${IN}${OUT}`, 3],
    ["pop3-retr:err", `${LOGIN}RETR 1\r\nQUIT\r\n`, `${IN}-ERR [SYS/TEMP] simulated failure\r\n${OUT}`, 3],
    ["pop3-retr:close", `${LOGIN}RETR 1\r\nQUIT\r\n`, IN, 3],
    ["pop3-quit:drop", `${LOGIN}DELE 1\r\nQUIT\r\n`, `${IN}+OK Message 1 deleted\r\n`, 2],
    ["pop3-quit:close", `${LOGIN}DELE 1\r\nQUIT\r\n`, `${IN}+OK Message 1 deleted\r\n`, 3],
  ] as const
) {
  Deno.test(`pop3 server: simulated failure ${fail}`, async () => {
    const faults = new MailFaults({ fail: [fail] });
    await using host = await served({ faults, login: () => host.store.account() });
    const named = sent.replaceAll("USER ada", "USER ada@example.com");
    assertEquals(await rawExchange(host.server.port, named, { end: true }), heard);
    assertEquals(host.store.count, left);
  });
}

Deno.test("pop3 server: 20,000 messages are listed", async () => {
  const store = memoryStore();
  for (let i = 0; i < 20_000; i++) await store.add({ from: "", to: [] }, [bytes(`Subject: ${i}\r\n\r\n`)]);
  await using server = servePop3("127.0.0.1:0", { login: () => store.account() });
  const heard = await rawExchange(server.port, "USER a\r\nPASS b\r\nLIST\r\nUIDL\r\nQUIT\r\n");
  assertEquals(heard.split("\r\n").length, 40_000 + 3 + 4 + 1 + 1);
});
