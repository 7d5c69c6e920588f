import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { NetworkError, TimeoutError, ToucanError, type TraceEvent, UsageError } from "../../../lib/core/mod.ts";
import { connectFtp, type FtpClient, FtpRefusedError, FtpTransientError } from "../../../lib/ftp/mod.ts";
import { FTP_TIME } from "../../kit/ftp_replies.ts";
import { type FtpMischief, type FtpScript, scriptedFtp } from "../../kit/scripted_ftp.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const MODIFIED = Date.UTC(2026, 0, 2, 3, 4, 5);
const OPTIONS = { timeout: DEADLINE_MS, stall: DEADLINE_MS };

/** Runs a test with a session on a scripted server; returns the lines after the preparation of the session. */
async function session(script: FtpScript, use: (client: FtpClient) => Promise<void>): Promise<string[]> {
  await using server = scriptedFtp(script);
  await using client = await connectFtp(server.address, OPTIONS);
  const before = server.lines.length;
  await use(client);
  return server.lines.slice(before);
}

const fails = (work: () => Promise<unknown>) => assertRejects(work, ToucanError);

Deno.test("ftp client: the dialogue up to the login is that of RFC 959, and the trace masks the password", async () => {
  const events: TraceEvent[] = [];
  await using server = scriptedFtp({ changes: { PASS: "230-Welcome\r\n  to this server\r\n230 ok\r\n" } });
  await using _ = await connectFtp(server.address, {
    ...OPTIONS,
    user: "ada",
    password: "s3cret",
    trace: (event) => events.push(event),
  });
  const sent = ["USER ada", "PASS s3cret", "FEAT", "OPTS UTF8 ON", "TYPE I", "PWD"];
  assertEquals(server.lines, sent);
  const traced = events.filter(({ direction }) => direction === ">").map(({ text }) => text);
  assertEquals(traced, sent.map((line) => line.replace("s3cret", "********")));
  assert(!JSON.stringify(events).includes("s3cret"));
});

/** Replies that repeat the password, and the text of the trace for each line. */
const REPEATED: readonly [what: string, verb: string, password: string, reply: string, shown: readonly string[]][] = [
  ["a later command", "FEAT", "s3cret", "500 What is s3cret\r\n", ["500 What is ********"]],
  ["a continuation line", "FEAT", "s3cret", "500-No\r\n s3cret\r\n500 End\r\n", ["500-No", " ********", "500 End"]],
  ["a code that is the password", "FEAT", "500", "500 Unknown 500\r\n", ["500 Unknown ********"]],
];

for (const [what, verb, password, reply, shown] of REPEATED) {
  Deno.test(`ftp client: a password that the server repeats is masked: ${what}`, async () => {
    const events: TraceEvent[] = [];
    await using server = scriptedFtp({ changes: { [verb]: reply } });
    await using _ = await connectFtp(server.address, {
      ...{ ...OPTIONS, user: "ada", password },
      trace: (event) => events.push(event),
    });
    const lines = events.filter(({ direction }) => direction === "<").map(({ text }) => text);
    assertEquals(lines.filter((line) => shown.includes(line)), [...shown]);
    assert(!lines.some((line) => line.slice(4).includes(password)));
  });
}

Deno.test("ftp client: without a user the login is anonymous, and 230 to USER ends it", async () => {
  await using asked = scriptedFtp();
  await using _ = await connectFtp(asked.address, OPTIONS);
  assertEquals(asked.lines.slice(0, 2), ["USER anonymous", "PASS anonymous@"]);
  await using open = scriptedFtp({ changes: { USER: "230 Login successful\r\n" } });
  await using __ = await connectFtp(open.address, OPTIONS);
  assertEquals(open.lines.slice(0, 2), ["USER anonymous", "FEAT"]);
});

/** Replies up to the login, and the error: its code, and a part of its message. */
const LOGINS: readonly [what: string, changes: Record<string, FtpMischief>, code: string, part: string][] = [
  ["a wrong password", { PASS: "530 Login incorrect\r\n" }, "login-refused", "cannot log in: 127.0.0.1"],
  ["an unknown user", { USER: "430 No such user\r\n" }, "login-refused", "replied 430 No such user"],
  ["an account", { PASS: "332 Need account\r\n" }, "login-unsupported", "requires an account"],
  ["too many users at the greeting", { greeting: "421 Too many users\r\n" }, "ftp-closing", "421 Too many users"],
  ["a greeting that refuses", { greeting: "554 Go away\r\n" }, "ftp-refused", "cannot connect: "],
  ["a reply that is none", { greeting: "SSH-2.0-x\r\n" }, "ftp-invalid-reply", "invalid FTP reply: SSH-2.0-x"],
  ["control characters", { PASS: "530 \x1b[2Jx\r\n" }, "login-refused", "530 \\x1b[2Jx"],
  ["a password that is repeated", { PASS: "530 hunter2 is wrong\r\n" }, "login-refused", "530 ******** is wrong"],
  ["no binary transfers", { TYPE: "504 No\r\n" }, "ftp-refused", "set the type of transfers"],
  ["a busy server", { PASS: "450 Later\r\n" }, "ftp-transient", "replied 450 Later"],
];

for (const [what, changes, code, part] of LOGINS) {
  Deno.test(`ftp client: login with ${what} ends with ${code}`, async () => {
    await using server = scriptedFtp({ changes });
    const options = { ...OPTIONS, user: "ada", password: "hunter2" };
    const error = await fails(() => connectFtp(server.address, options));
    assertEquals(error.code, code);
    assertStringIncludes(error.message, part);
  });
}

Deno.test("ftp client: arguments with CR, LF or NUL are rejected before anything is sent", async () => {
  await using server = scriptedFtp();
  for (const options of [{ user: "a\r\nDELE x" }, { user: "a", password: "b\nQUIT" }, { user: "\0" }]) {
    const error = await assertRejects(() => connectFtp(server.address, { ...OPTIONS, ...options }), UsageError);
    assertEquals(error.code, "injection");
  }
  const sent = await session({}, async (client) => {
    for (const path of ["a\r\nDELE b", "a\nb", "\r", "a\0b", "\ud800"]) {
      const calls = [
        () => client.stat(path),
        () => client.list(path),
        () => client.retrieve(path),
        () => client.store(path, "x"),
        () => client.makeFolder(path),
        () => client.remove(path),
        () => client.removeFolder(path),
        () => client.rename(path, "x"),
        () => client.rename("x", path),
        () => client.setModified(path, 0),
        () => client.hash(path, "sha256"),
      ];
      for (const call of calls) assertEquals((await assertRejects(call, UsageError)).code, "injection");
    }
  });
  assertEquals(sent, []);
});

Deno.test("ftp client: relative paths are completed by the folder after the login", async () => {
  const files = { "/home/a": "1", "/home/sub/": "", "/b": "22" };
  const sent = await session({ files }, async (client) => {
    assertEquals((await client.stat("a"))?.size, 1);
    assertEquals((await client.stat("./a"))?.size, 1);
    assertEquals((await client.stat("/b"))?.size, 2);
    assertEquals((await client.list("")).entries.map(({ name }) => name), ["a", "sub"]);
    assertEquals((await client.list("/")).entries.map(({ name }) => name), ["b"]);
  });
  assertEquals(sent.filter((line) => /^(?:MLST|CWD)/.test(line)), [
    ...["MLST /home/a", "MLST /home/a", "MLST /b"],
    ...["CWD /home", "CWD /"],
  ]);
});

Deno.test("ftp client: a folder that PWD does not tell is not left", async () => {
  const script = { changes: { PWD: "502 No\r\n" }, files: { "/a/": "", "/a/b": "x" } };
  const sent = await session(script, async (client) => {
    await client.list("a");
    assertEquals((await client.stat("a"))?.type, "folder");
  });
  assertEquals(sent.filter((line) => line !== "EPSV"), ["MLSD a", "MLST a"]);
});

Deno.test("ftp client: stat uses MLST, else SIZE, MDTM and CWD", async () => {
  const files = { "/a": "123", "/sub/": "" };
  const file = { name: "a", type: "file", size: 3, modified: MODIFIED, precision: "second" } as const;
  const both = async (client: FtpClient) => {
    assertEquals(await client.stat("/a"), file);
    assertEquals((await client.stat("/sub"))?.type, "folder");
    assertEquals(await client.stat("/none"), undefined);
  };
  const modern = await session({ files }, both);
  assertEquals(modern.map((line) => line.split(" ")[0]), ["MLST", "MLST", "MLST"]);
  const old = await session({ files, features: ["SIZE"] }, both);
  assertEquals(old, [
    ...["SIZE /a", "MDTM /a", "SIZE /sub", "MDTM /sub", "CWD /sub"],
    ...["SIZE /none", "MDTM /none", "CWD /none"],
  ]);
  const lying = await session({ files, changes: { MLST: "500 Unknown command\r\n" } }, both);
  assertEquals(lying.slice(0, 3), ["MLST /a", "SIZE /a", "MDTM /a"]);
});

Deno.test("ftp client: facts that a server does not send by itself are requested", async () => {
  await using server = scriptedFtp({ features: ["MLST type*;size;modify*;perm;"] });
  await using _ = await connectFtp(server.address, OPTIONS);
  assertEquals(server.lines.at(-1), "OPTS MLST type;size;modify;");
});

Deno.test("ftp client: list uses MLSD, else LIST -a, else LIST", async () => {
  const files = { "/d/": "", "/d/.a": "123", "/d/sub/": "" };
  const names = async (client: FtpClient) =>
    assertEquals((await client.list("/d")).entries.map(({ name }) => name), [".a", "sub"]);
  const transfer = (sent: string[]) => sent.filter((line) => /^(?:MLSD|LIST)/.test(line));
  assertEquals(transfer(await session({ files }, names)), ["MLSD"]);
  assertEquals(transfer(await session({ files, changes: { MLSD: "502 No\r\n" } }, names)), ["MLSD", "LIST -a"]);
  assertEquals(transfer(await session({ files, features: [] }, names)), ["LIST -a"]);
  // The option is a name for some servers: one that does not exist, or that shows nothing.
  const answer = async (client: FtpClient) => void await client.list("/d").then(() => client.list("/d"));
  const nothing: FtpMischief = async (wire) => {
    await wire.say("226 Transfer complete\r\n");
    (await wire.data()).close();
  };
  for (const LIST of ["550 -a: no such file\r\n", nothing]) {
    const sent = await session({ files, features: [], changes: { LIST } }, async (client) => {
      await answer(client).catch(() => {});
    });
    assertEquals(transfer(sent).slice(0, 2), ["LIST -a", "LIST"]);
    assert(!transfer(sent).slice(2).includes("LIST -a"));
  }
});

Deno.test("ftp client: a refusal has the reply, and a code for its meaning", async () => {
  const changes = { RNFR: "550 No\r\n", MKD: "521 Exists\r\n", DELE: "450 Busy\r\n", NOOP: "120 Wait\r\n" };
  await session({ changes }, async (client) => {
    const missing = await assertRejects(() => client.retrieve("/x\x1b"), FtpRefusedError);
    assertEquals([missing.code, missing.reply.code], ["no-such-file", 550]);
    assertStringIncludes(missing.message, "cannot retrieve /x\\x1b: 127.0.0.1:");
    assertEquals((await fails(() => client.list("/x"))).code, "no-such-file");
    assertEquals((await fails(() => client.rename("/x", "/y"))).code, "no-such-file");
    assertEquals((await fails(() => client.makeFolder("/x"))).code, "ftp-refused");
    const busy = await assertRejects(() => client.remove("/x"), FtpTransientError);
    assertEquals([busy.code, busy.reply.code], ["ftp-transient", 450]);
    assertEquals((await fails(() => client.noop())).code, "unexpected-reply");
  });
});

Deno.test("ftp client: hashes are those of HASH or XSHA256, where the server offers them", async () => {
  const digest = "ab".repeat(32);
  const hash = (features: string[], changes: Record<string, FtpMischief>) =>
    session({ features, changes }, async (client) => {
      assertEquals(await client.hash("/a", "sha256"), digest);
      assertEquals(await client.hash("/b 7", "sha256"), features[0]?.startsWith("HASH") ? digest : undefined);
    });
  const modern = { HASH: `213 SHA-256 0-49 ${digest.toUpperCase()} /a\r\n` };
  assertEquals(await hash(["HASH SHA-1*;SHA-256"], modern), ["OPTS HASH SHA-256", "HASH /a", "HASH /b 7"]);
  assertEquals(await hash(["XSHA256"], { XSHA256: `250 ${digest}\r\n` }), ["XSHA256 /a"]);
  await session({}, async (client) => assertEquals(await client.hash("/a", "sha256"), undefined));
});

Deno.test("ftp client: the reply to a hash has a timeout of its own", async () => {
  await using server = scriptedFtp({ features: ["XSHA256"], changes: { XSHA256: () => {} } });
  await using client = await connectFtp(server.address, { ...OPTIONS, timeout: 3000, hashTimeout: 1 });
  assertEquals((await fails(() => client.hash("/a", "sha256"))).code, "timeout");
});

Deno.test("ftp client: times are set by MFMT, or by MDTM, in whole seconds", async () => {
  const ms = MODIFIED + 789;
  const set = (features: string[], MDTM: string, result: boolean) =>
    session({ features, changes: { MDTM } }, async (client) => {
      assertEquals(await client.setModified("/a", ms), result);
    });
  assertEquals(await set(["MFMT", "MDTM"], "", true), [`MFMT ${FTP_TIME} /a`]);
  assertEquals(await set(["MDTM"], "213 set\r\n", true), [`MDTM ${FTP_TIME} /a`]);
  assertEquals(await set(["MDTM"], "550 No such file\r\n", false), [`MDTM ${FTP_TIME} /a`]);
  assertEquals(await set([], "", false), []);
});

/** Each place in the dialogue, and the client's name for it. */
const PLACES = [
  ["greeting", "waiting for the greeting"],
  ["USER", "USER"],
  ["PASS", "PASS"],
  ["FEAT", "FEAT"],
] as const;

for (const [verb, phase] of PLACES) {
  Deno.test(`ftp client: a server that closes at ${verb} is reported with the phase`, async () => {
    await using server = scriptedFtp({ changes: { [verb]: (wire) => wire.close() } });
    const error = await assertRejects(() => connectFtp(server.address, OPTIONS), NetworkError);
    assert(["connection-cut", "connection-reset"].includes(error.code), error.code);
    assertStringIncludes(error.message, `(${phase})`);
  });

  Deno.test(`ftp client: a server that stalls at ${verb} times out`, async () => {
    await using server = scriptedFtp({ changes: { [verb]: (wire) => wire.gone() } });
    const error = await assertRejects(() => connectFtp(server.address, { timeout: 300 }), TimeoutError);
    assertStringIncludes(error.message, phase);
  });
}

/** Replies that break a limit, or the protocol. */
const BAD_REPLIES: readonly [what: string, reply: string, code: string][] = [
  ["a line without end", "220 " + "x".repeat(100_000), "line-too-long"],
  ["10,000 lines", "220-x\r\n".repeat(10_000), "ftp-reply-too-long"],
  ["NUL bytes", "\0\0\0\0\r\n", "ftp-invalid-reply"],
  ["a code of two digits", "22 ready\r\n", "ftp-invalid-reply"],
  ["no final line", "220-x\r\n221 y\r\n", "connection-cut"],
];

for (const [what, reply, code] of BAD_REPLIES) {
  Deno.test(`ftp client: a greeting with ${what} ends with ${code}`, async () => {
    const greeting: FtpMischief = async (wire) => {
      await wire.say(reply);
      wire.close();
    };
    await using server = scriptedFtp({ changes: { greeting } });
    assertEquals((await fails(() => connectFtp(server.address, OPTIONS))).code, code);
  });
}

Deno.test("ftp client: a reply that was not asked for ends the session", async () => {
  const NOOP: FtpMischief = (wire) => wire.say("200 Ok\r\n200 Another\r\n");
  await using server = scriptedFtp({ changes: { NOOP } });
  await using client = await connectFtp(server.address, OPTIONS);
  await client.noop();
  const error = await fails(() => client.stat("/a"));
  assertEquals(error.code, "unexpected-reply");
  assertEquals(client.closed, true);
  assertEquals((await fails(() => client.stat("/a"))).code, "connection-closed");
});

Deno.test("ftp client: calls wait for their turn, in order", async () => {
  const files = { "/a": "1", "/b": "22", "/c": "333" };
  const sent = await session({ files }, async (client) => {
    const results = await Promise.all(["/a", "/b", "/c"].map((path) => client.stat(path)));
    assertEquals(results.map((entry) => entry?.size), [1, 2, 3]);
  });
  assertEquals(sent, ["MLST /a", "MLST /b", "MLST /c"]);
});

Deno.test("ftp client: the caller's signal ends what is waited for, with its reason", async () => {
  const controller = new AbortController();
  await using server = scriptedFtp({
    changes: {
      NOOP: async (wire) => {
        controller.abort(new Error("enough"));
        await wire.gone();
      },
    },
  });
  await using client = await connectFtp(server.address, { ...OPTIONS, signal: controller.signal });
  await assertRejects(() => client.noop(), Error, "enough");
  assertEquals(client.closed, true);
});

Deno.test("ftp client: close ends pending calls; quit says goodbye, and may be called twice", async () => {
  const reached = Promise.withResolvers<void>();
  const NOOP: FtpMischief = async (wire) => {
    reached.resolve();
    await wire.gone();
  };
  await using server = scriptedFtp({ changes: { NOOP } });
  await using closed = await connectFtp(server.address, OPTIONS);
  const pending = fails(() => closed.noop());
  await reached.promise;
  closed.close();
  assertEquals((await pending).code, "connection-closed");
  const client = await connectFtp(server.address, OPTIONS);
  await client.quit();
  await client.quit();
  assertEquals(server.lines.at(-1), "QUIT");
  assertEquals(client.closed, true);
});

Deno.test("ftp client: a unix socket is a usage error", async () => {
  await assertRejects(() => connectFtp("unix:/tmp/x"), UsageError, "unix socket");
});
