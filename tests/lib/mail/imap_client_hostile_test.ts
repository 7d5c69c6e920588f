import { assert, assertEquals, assertInstanceOf, assertMatch } from "@std/assert";
import { ToucanError } from "../../../lib/core/mod.ts";
import type { ImapClient } from "../../../lib/mail/imap/client/client.ts";
import { connectImap } from "../../../lib/mail/imap/client/connect.ts";
import type { ImapClientOptions } from "../../../lib/mail/imap/client/options.ts";
import { type ImapMischief, type ImapScript, type ImapWire, scriptedImap } from "../../kit/scripted_imap.ts";

const PLAIN: ImapClientOptions = { tls: "none", auth: { user: "ada", secret: "secret", withoutTls: true } };
const SHORT = { ...PLAIN, timeout: 200, connectTimeout: 200 };

/** All calls of a client, so that each phase is reached. */
async function everything(client: ImapClient): Promise<void> {
  await client.folders();
  await client.open("INBOX", { readOnly: false });
  await client.search("ALL");
  await client.fetch([7], { flags: true, size: true });
  await client.read(7);
  await client.setFlags([7], "add", ["\\Seen"]);
  await client.copy([7], "a");
  await client.wait({ refresh: 1000 });
  await client.remove([7]);
}

/** Connects, and does something; returns the error, and whether the connection was closed. */
async function attempt(
  script: ImapScript,
  work: (client: ImapClient) => Promise<unknown>,
  options: ImapClientOptions = PLAIN,
): Promise<{ readonly error?: unknown; readonly closed: boolean; readonly lines: readonly string[] }> {
  await using server = scriptedImap(script);
  let client: ImapClient | undefined;
  try {
    client = await connectImap(server.address, options);
    await work(client);
    return { closed: client.closed, lines: server.lines };
  } catch (error) {
    return { error, closed: client?.closed ?? true, lines: server.lines };
  } finally {
    await client?.close();
  }
}

function expectError(error: unknown, code: RegExp, what: string): void {
  assertInstanceOf(error, ToucanError, `${what}: ${error}`);
  assertMatch(error.code, code, `${what}: ${error.message}`);
  // deno-lint-ignore no-control-regex -- no control character may reach a terminal.
  assert(!/[\x00-\x1f\x7f-\x9f]/.test(error.message), JSON.stringify(error.message));
}

/** Phases, by the command in which the server is at fault. */
const PHASES = [
  ...["greeting", "CAPABILITY", "AUTHENTICATE", "LIST", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE", "UID COPY"],
  ...["IDLE", "UID EXPUNGE"],
];

/** Phases in which the server speaks for ever. */
const FLOODED = ["greeting", "AUTHENTICATE", "UID SEARCH", "UID FETCH", "IDLE"];

async function forEver(wire: ImapWire, text: string): Promise<void> {
  const many = text.repeat(Math.ceil(64 * 1024 / text.length));
  while (true) await wire.say(many);
}

/** Faults, and the code of the error; the first is that of the greeting where it is another one. */
const FAULTS: readonly (readonly [what: string, fault: ImapMischief, code: RegExp, greeting?: RegExp])[] = [
  ["closes", (wire) => wire.close(), /^connection-/],
  ["closes within a line", async (wire) => {
    await wire.say("* OK i");
    wire.close();
  }, /^connection-/],
  ["closes within a literal", async (wire) => {
    await wire.say("* X {100}\r\nabc");
    wire.close();
  }, /^connection-/],
  ["says nothing", (wire) => wire.gone(), /^timeout$/],
  ["stops within a literal", async (wire) => {
    await wire.say("* X {100}\r\nabc");
    await wire.gone();
  }, /^timeout$/],
  ["speaks something else", "220 ready\r\n", /^imap-invalid-response$/],
  ["answers another command", "zz OK done\r\n", /^imap-invalid-response$/],
  ["says goodbye", "* BYE \x1b[2Jgo away\r\n", /^imap-closing$/, /^server-refused$/],
  ["sends a bare LF", "* OK a\nTAG OK\r\n", /^bare-lf$/],
  ["sends a bare CR", "* OK a\rb\r\n", /^bare-cr$/],
  ["announces a literal of 4 GB", "* X {4294967295}\r\n", /^imap-too-long$/],
  ["announces a literal of many digits", "* X {9999999999999999}\r\n", /^imap-too-long$/],
  ["sends a list of 300 levels", `* X ${"(".repeat(300)}${")".repeat(300)}\r\n`, /^imap-invalid-response$/],
  ["sends a list that does not end", "* X (a (b\r\n", /^imap-invalid-response$/],
  ["sends a line for ever", (wire) => forEver(wire, "a"), /^line-too-long$/],
  ["answers for ever", (wire) => forEver(wire, "* OK still there\r\n"), /^imap-too-long$/, /^$/],
  [
    "sends small literals for ever",
    (wire) => forEver(wire, "* X {5}\r\nhello\r\n"),
    /^imap-too-long$/,
    /^imap-invalid/,
  ],
];

Deno.test("imap client: each fault of a server in each phase is an error, in time, and closes the connection", async (test) => {
  for (const phase of PHASES) {
    await test.step(phase, async () => {
      for (const [what, fault, code, greeting] of FAULTS) {
        const expected = phase === "greeting" ? greeting ?? code : code;
        // A greeting of OK is one: the server speaks for ever then, which is seen in the next phase.
        if (expected.source === "^$") continue;
        // Floods take a second each.
        if (/ for ever$/.test(what) && !FLOODED.includes(phase)) continue;
        const script: ImapScript = { changes: { [phase]: fault } };
        // The capabilities are asked for when the greeting does not have them.
        const changes = phase === "CAPABILITY" ? { greeting: "* OK ready\r\n", ...script.changes } : script.changes;
        const slow = expected.source === "^timeout$";
        const { error, closed } = await attempt({ changes }, everything, slow ? SHORT : PLAIN);
        expectError(error, expected, `${phase}: ${what}`);
        assert(closed, `${phase}: ${what}`);
      }
    });
  }
});

Deno.test("imap client: everything works on the correct server of these tests", async () => {
  const { error, lines } = await attempt({}, everything);
  assertEquals(error, undefined);
  for (const phase of PHASES.slice(2)) assert(lines.some((line) => line.startsWith(phase)), phase);
});

/** Answers to `UID FETCH` that are not true, and the code of the error. */
const LIES: readonly (readonly [what: string, answer: string, code: RegExp])[] = [
  ["another message", "* 1 FETCH (UID 8 BODY[] {2}\r\nhi)\r\nTAG OK\r\n", /^imap-invalid-response$/],
  ["a message without UID", "* 1 FETCH (BODY[] {2}\r\nhi)\r\nTAG OK\r\n", /^imap-invalid-response$/],
  [
    "the message twice",
    "* 1 FETCH (UID 7 BODY[] {2}\r\nhi)\r\n* 1 FETCH (UID 7 BODY[] {2}\r\nhi)\r\nTAG OK\r\n",
    /^imap-invalid/,
  ],
  ["another section", "* 1 FETCH (UID 7 BODY[HEADER] {2}\r\nhi)\r\nTAG OK\r\n", /^imap-invalid-response$/],
  ["no message", "TAG OK\r\n", /^no-such-message$/],
  ["no section", "* 1 FETCH (UID 7 BODY[] NIL)\r\nTAG OK\r\n", /^no-such-message$/],
  ["a refusal", "TAG NO \x1b[31mno\r\n", /^message-refused$/],
  ["a literal above the limit", "* 1 FETCH (UID 7 BODY[] {1001}\r\n", /^message-endless$/],
  ["a literal of 4 GB", "* 1 FETCH (UID 7 BODY[] {4294967295}\r\n", /^message-endless$/],
  ["a literal that it cuts", "* 1 FETCH (UID 7 BODY[] {900}\r\nhello", /^connection-cut$/],
  ["UID 0", "* 1 FETCH (UID 0 BODY[] {2}\r\nhi)\r\nTAG OK\r\n", /^imap-invalid-response$/],
  ["a size that is none", "* 1 FETCH (UID 7 RFC822.SIZE x)\r\nTAG OK\r\n", /^imap-invalid-response$/],
];

Deno.test("imap client: a message that is not what was asked for is an error", async () => {
  for (const [what, answer, code] of LIES) {
    const script: ImapScript = {
      changes: {
        "UID FETCH": async (wire, tag, rest) => {
          if (/SIZE/.test(rest)) return await wire.say(`* 1 FETCH (UID 7 RFC822.SIZE 20)\r\n${tag} OK\r\n`);
          await wire.say(answer.replaceAll("TAG", tag));
          if (!/TAG/.test(answer)) wire.close();
        },
      },
    };
    const { error, closed } = await attempt(script, async (client) => {
      await client.open();
      await client.read(7, { limit: 1000 });
    });
    expectError(error, code, what);
    assertEquals(closed, !/^\^(?:no-such|message-refused)/.test(code.source), what);
  }
});

Deno.test("imap client: a size above the limit is refused before the message is fetched, another wrong size does no harm", async () => {
  const read = (size: number, body: string) =>
    attempt({
      changes: {
        "UID FETCH": (wire, tag, rest) =>
          wire.say(
            /SIZE/.test(rest)
              ? `* 1 FETCH (UID 7 RFC822.SIZE ${size})\r\n${tag} OK\r\n`
              : `* 1 FETCH (UID 7 BODY[] ${body})\r\n${tag} OK\r\n`,
          ),
      },
    }, async (client) => {
      await client.open();
      assertEquals(new TextDecoder().decode(await client.read(7, { limit: 1000 })), "hello");
    });
  const large = await read(1001, '"hello"');
  expectError(large.error, /^message-too-large$/, "too large");
  assert(!large.lines.some((line) => /BODY/.test(line)));
  for (const body of ["{5}\r\nhello", '"hello"']) assertEquals((await read(3, body)).error, undefined);
});

Deno.test("imap client: numbers that cannot be are an error", async () => {
  const table: readonly (readonly [what: string, changes: Record<string, ImapMischief>, code: RegExp])[] = [
    ["removes a message that does not exist", { "UID STORE": "* 2 EXPUNGE\r\nTAG OK\r\n" }, /^imap-invalid-response$/],
    ["removes message 0", { "UID STORE": "* 0 EXPUNGE\r\nTAG OK\r\n" }, /^imap-invalid-response$/],
    ["changes UIDVALIDITY", { "UID STORE": "* OK [UIDVALIDITY 4] new\r\nTAG OK\r\n" }, /^imap-invalid-response$/],
    ["has UIDVALIDITY 0", { SELECT: "* OK [UIDVALIDITY 0] x\r\nTAG OK\r\n" }, /^imap-invalid-response$/],
    ["has no UIDVALIDITY", { SELECT: "* 1 EXISTS\r\nTAG OK\r\n" }, /^imap-invalid-response$/],
    ["finds message 0", { "UID SEARCH": "* SEARCH 0\r\nTAG OK\r\n" }, /^imap-invalid-response$/],
    ["finds a message that is none", { "UID SEARCH": "* SEARCH 1 x\r\nTAG OK\r\n" }, /^imap-invalid-response$/],
    ["finds four billion messages", { "UID SEARCH": "* ESEARCH UID ALL 1:4294967295\r\nTAG OK\r\n" }, /^imap-invalid/],
    ["asks for more than the command", { "UID STORE": "+ more\r\n" }, /^imap-invalid-response$/],
    ["has no capabilities", { greeting: "* OK\r\n", CAPABILITY: "TAG OK\r\n" }, /^imap-invalid-response$/],
    ["ends IDLE with BAD", { IDLE: "TAG BAD no\r\n", NOOP: "TAG NO no\r\n" }, /^imap-refused$/],
  ];
  for (const [what, changes, code] of table) expectError((await attempt({ changes }, everything)).error, code, what);
});

Deno.test("imap client: messages that were not asked for are not listed, and flags that arrive meanwhile do no harm", async () => {
  const answer = [
    ...["* 1 FETCH (FLAGS (\\Seen))", "* 9 FETCH (UID 99 RFC822.SIZE 1)", "* 1 FETCH (UID 7 RFC822.SIZE 20)"],
    ...["* OK [ALERT] look", "* 1 FETCH (UID 7 FLAGS (a))", "* X-UNKNOWN (a b)", "* 3 EXISTS", "TAG OK\r\n"],
  ].join("\r\n");
  const { error } = await attempt({ changes: { "UID FETCH": answer } }, async (client) => {
    await client.open();
    const [mail, ...more] = await client.fetch([7], { flags: true, size: true });
    assertEquals([mail?.uid, mail?.size, mail?.flags, more], [7, 20, ["a"], []]);
    assertEquals(client.folder?.exists, 3);
  });
  assertEquals(error, undefined);
});

Deno.test("imap client: the caller's signal ends each phase at once", async () => {
  for (const phase of PHASES) {
    const stop = new AbortController();
    const changes: Record<string, ImapMischief> = {
      ...(phase === "CAPABILITY" && { greeting: "* OK ready\r\n" }),
      [phase]: async (wire) => {
        stop.abort(new DOMException("stopped", "AbortError"));
        await wire.gone();
      },
    };
    const { error, closed } = await attempt({ changes }, everything, { ...PLAIN, signal: stop.signal });
    assertEquals(error, stop.signal.reason, phase);
    assert(closed, phase);
  }
});

Deno.test("imap client: faults of the TLS handshake are errors, and no password is sent", async () => {
  const table: readonly (readonly [what: string, fault: ImapMischief, code: RegExp])[] = [
    ["closes", async (wire, tag) => {
      await wire.say(`${tag} OK go\r\n`);
      wire.close();
    }, /^(?:tls|connection)-/],
    ["goes on without TLS", async (wire, tag) => {
      await wire.say(`${tag} OK go\r\n`);
      await wire.line();
      await wire.say("* OK no TLS today\r\n");
      await wire.gone();
    }, /^(?:tls|connection)-/],
    ["says nothing", async (wire, tag) => {
      await wire.say(`${tag} OK go\r\n`);
      await wire.gone();
    }, /^timeout$/],
  ];
  const auth = { user: "ada", secret: "secret" };
  for (const [what, fault, code] of table) {
    for (const tls of ["starttls", "opportunistic"] as const) {
      const script = { capabilities: "IMAP4rev1 STARTTLS AUTH=PLAIN", changes: { STARTTLS: fault } };
      const { error, lines } = await attempt(script, everything, { ...SHORT, tls, auth });
      expectError(error, code, `${what} (${tls})`);
      assertEquals(lines.filter((line) => /LOGIN|AUTH/.test(line)), [], what);
    }
  }
  const implicit = await attempt({}, everything, { ...SHORT, tls: "implicit", auth });
  expectError(implicit.error, /^(?:tls|connection|timeout)/, "a server without TLS");
});
