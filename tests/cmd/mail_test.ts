import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { answering } from "../../lib/dns/mod.ts";
import { withFolder } from "../kit/folder.ts";
import { smtpServer } from "../kit/scripted_smtp.ts";
import { type RunningTool, runTool, startTool, TARGET, type ToolResult } from "../kit/tool.ts";

/** Starts `mail sink` on free ports, and returns its addresses. */
async function sink(...args: readonly string[]) {
  const tool = await startTool("mail", [
    "sink",
    "--port",
    "0",
    ...args.includes("--web") ? [] : ["--web", "0"],
    ...args,
  ], {
    env: { TOUCAN_PASSWORD: "s3cret" },
  });
  const [, address = ""] = await tool.stderrMatch(/listening on smtps?:\/\/(\S+)\n/);
  const [, inbox = "", pin = ""] = await tool.stderrMatch(
    /(?:listening on (http:\S+)\n)?hint: .*? --tls \S+(?: --pin (sha256:\S+))? …\n/,
  );
  return { tool, address, inbox, pin };
}

async function stop(tool: RunningTool): Promise<{ code: number; stdout: string }> {
  tool.process.kill("SIGTERM");
  const [stdout, code] = await Promise.all([new Response(tool.process.stdout).text(), tool.code]);
  return { code, stdout };
}

const FROM_TO = ["-f", "Ada <ada@example.com>", "--to", "bob@example.com"];
const send = (words: readonly string[], stdin = ""): Promise<ToolResult> =>
  runTool("mail", ["send", ...words], { stdin });

for (
  const [words, message] of [
    [["--to", "bob@example.com", "--text", "x"], /option --from is missing/],
    [
      ["-f", "ada@example.com", "--text", "x", "--dry-run"],
      /the message has no recipient\nhint: specify recipients with --to, --cc or --bcc/,
    ],
    [[...FROM_TO, "--text", "x"], /option --server is missing/],
    [["-f", "ada", "--text", "x"], /option --from: invalid mail address "ada": missing @; expected/],
    [[...FROM_TO, "--text", "x", "--date", "2026-02-31"], /invalid date "2026-02-31"/],
    [[...FROM_TO, "--text", "x", "--date", "tomorrow"], /invalid date "tomorrow"/],
    [[...FROM_TO, "--text", "x", "--message-id", "1", "--dry-run"], /invalid message id "1"/],
    [[...FROM_TO, "--text", "x", "--envelope-from", "nobody"], /invalid mail address "nobody"/],
    [["--eml-in", "x.eml", "--text", "x"], /--text cannot be combined with --eml-in/],
    [["-f=-x", "--text", "x"], /invalid mail address "-x": missing @/],
    [[...FROM_TO, "--to", "a@example.com,b", "--text", "x"], /invalid mail address "b"/],
    [[...FROM_TO, "--text", "x", "-S", "smtp://"], /invalid URL "smtp:\/\/…"/],
    [
      [...FROM_TO, "--text", "x", "-S", "smtps://127.0.0.1:1", "--tls", "none"],
      /smtps:\/\/ requires implicit TLS, not none/,
    ],
    [[...FROM_TO, "--text", "x", "-S", "smtp://127.0.0.1:0"], /port "0"/],
    [[...FROM_TO, "-S", "nntp://127.0.0.1:1"], /a news server requires --newsgroup\nhint: post with --newsgroup GROUP/],
    [
      [...FROM_TO, "-S", "imap://127.0.0.1:1"],
      /unsupported URL scheme "imap" \(supported: smtp, smtps\)\nhint: toucan mail read reads mail\n/,
    ],
    [
      [...FROM_TO, "-S", "gopher://ada:word@127.0.0.1:1"],
      /unsupported URL scheme "gopher" \(supported: smtp, smtps\)\n$/,
    ],
    [[...FROM_TO, "--to", "b@example.com\r\nBcc: e@example.com", "--text", "x"], /control character/],
    [[...FROM_TO, "--to", "x".repeat(400), "--text", "x"], /option --to: invalid mail address "x{100}…"/],
    [
      [...FROM_TO, "-s", "a\r\nBcc: e@example.com", "--text", "x", "--dry-run"],
      /invalid subject: contains a control character/,
    ],
    [[...FROM_TO, "-s", "a\nb", "--text", "x", "-S", "127.0.0.1:1"], /invalid subject: contains a control character/],
    [[...FROM_TO, "-H", "X-A", "--text", "x"], /invalid header field "X-A": use Name: value/],
    [[...FROM_TO, "-H", "Bcc: e@example.com", "--text", "x", "--dry-run"], /header field Bcc is reserved/],
    [[...FROM_TO, "--text", "x", "--tls", "maybe"], /starttls, implicit, opportunistic or none/],
    [[...FROM_TO, "--text", "x", "-S", "127.0.0.1:0"], /port "0"/],
    [
      [...FROM_TO, "--text", "x", "-S", "127.0.0.1:1", "--tls", "none", "--pin", `sha256:${"A".repeat(43)}=`],
      /option --pin requires TLS\nhint: omit --tls none\n$/,
    ],
    [[...FROM_TO, "--text", "x", "-S", "127.0.0.1:1", "-u", "ada"], /the password of ada is missing/],
    [["--batch", "--dry-run"], /--batch cannot be combined with --dry-run$/m],
    [
      ["-f", "a@example.com", "--newsgroup", "a.b", "--text", "x", "--mx"],
      /--mx cannot be combined with --newsgroup|--newsgroup cannot be combined with --mx/,
    ],
    [["-f", "a@example.com", "--newsgroup", "a.b", "--text", "x", "--chunking"], /cannot be combined with/],
    [["-f", "a@example.com", "--newsgroup", "a.b", "--text", "x", "--spool", "s"], /cannot be combined with/],
    [[...FROM_TO, "--text", "x", "--auth", "ntlm"], /scram-sha-256, plain, login, cram-md5, oauthbearer or xoauth2/],
    [[...FROM_TO, "--timeout", "0"], /--timeout/],
    [[...FROM_TO, "--helo", "a b", "--text", "x", "-S", "127.0.0.1:1"], /invalid EHLO name "a b"/],
  ] as const
) {
  Deno.test(`mail send: usage error: ${JSON.stringify(words).slice(0, 90)}`, async () => {
    const { code, stdout, stderr } = await send(words);
    assertEquals([code, stdout], [2, ""], stderr);
    assertMatch(stderr, message);
    assertEquals(stderr.trimEnd().split("\n").length <= 2, true);
  });
}

Deno.test("mail: --help lists no options that it does not have", async () => {
  const { stdout, code } = await runTool("mail", ["--help"]);
  assertEquals(code, 0);
  assertMatch(stdout, /send/);
  assertMatch(stdout, /sink/);
  assertMatch(stdout, /read/);
});

Deno.test("mail send → mail sink: plain, STARTTLS, implicit TLS, each AUTH; the sink reports stored messages and exits with 0", async () => {
  const { tool, address, pin } = await sink("--starttls");
  await using open = tool;
  const plain = await send([...FROM_TO, "-S", address, "--tls", "none", "-s", "one"], "body\n");
  assertEquals([plain.code, plain.stderr], [0, ""]);
  assertMatch(plain.stdout, /^accepted {2}bob@example\.com {2}250 2\.0\.0 Ok: queued as \S+\n$/);
  const secured = await send([...FROM_TO, "-S", address, "--pin", pin, "--json"], "body\n");
  const record = JSON.parse(secured.stdout);
  assertEquals([secured.code, record.tls, record.accepted, record.recipients[0].accepted], [0, "pin", 1, true]);
  const insecure = await send([...FROM_TO, "-S", address, "--insecure"], "body\n");
  assertEquals([insecure.code, insecure.stderr], [0, "warning: --insecure: TLS certificate is not verified\n"]);
  const { code, stdout } = await stop(open);
  assertEquals(code, 0);
  assertEquals(stdout.trim().split("\n").length, 3);
  assertMatch(stdout, /^ada@example\.com → bob@example\.com {2}\d+ B {2}\S+\n/);

  const closed = await sink("--tls", "--user", "ada");
  await using _closed = closed.tool;
  for (const auth of ["plain", "login", "cram-md5", "xoauth2"]) {
    const words = [
      ...FROM_TO,
      "-S",
      closed.address,
      "--tls",
      "implicit",
      "--pin",
      closed.pin,
      "-u",
      "ada",
      "--auth",
      auth,
      "--text",
      "x",
    ];
    const good = await runTool("mail", ["send", "--trace", ...words], { env: { TOUCAN_PASSWORD: "s3cret" } });
    assertEquals(good.code, 0, good.stderr);
    assert(!good.stderr.includes("s3cret") && !good.stderr.includes(btoa("s3cret")));
    assertMatch(good.stderr, /\+\d+\.\dms > EHLO \[127\.0\.0\.1\]\n/);
    assertMatch(good.stderr, /> .*\*{8}\n/);
    const bad = await runTool("mail", ["send", "--json", ...words], { env: { TOUCAN_PASSWORD: "no" } });
    assertEquals([bad.code, JSON.parse(bad.stdout).error.code], [1, "auth-refused"]);
  }
});

Deno.test("mail send: server as a URL with the user, and lists of addresses", async () => {
  const open = await sink("--user", "ada");
  await using _open = open.tool;
  const user = ["-S", `smtp://ada:s3cret@${open.address}`, "--tls", "none", "--auth-without-tls"];
  const to = [
    "-f=-dash@example.com",
    "--to",
    'a.@example.com, "Doe, Jane" <b@my_host.example>,postmaster',
    "--cc",
    "Team: c@x, d@x;",
  ];
  const sent = await send(["--json", ...user, ...to, "--text", "x"]);
  assertEquals([sent.code, sent.stderr], [0, ""]);
  const { recipients }: { recipients: { address: string }[] } = JSON.parse(sent.stdout);
  assertEquals(recipients.map(({ address }) => address), [
    "a.@example.com",
    "b@my_host.example",
    "postmaster",
    "c@x",
    "d@x",
  ]);
  const prompted = await runTool("mail", [
    "send",
    "-S",
    `smtp://ada@${open.address}`,
    ...user.slice(2),
    ...FROM_TO,
    "--text",
    "x",
  ], {
    env: { TOUCAN_PASSWORD: "s3cret" },
  });
  assertEquals([prompted.code, prompted.stderr], [0, ""]);
  const secured = await sink("--tls");
  await using _secured = secured.tool;
  const implicit = await send([...FROM_TO, "--text", "x", "-S", `smtps://${secured.address}/`, "--pin", secured.pin]);
  assertEquals([implicit.code, implicit.stderr], [0, ""]);
});

Deno.test("mail send: exits with 6 if one of three recipients is rejected, with 1 if all are", async () => {
  const { tool, address, inbox } = await sink("--refuse", "bad@example.com");
  await using _tool = tool;
  const words = ["-S", address, "--tls", "none", "--json", "-f", "a@example.com", "--text", "x"];
  const some = await send([...words, "--to", "b@example.com", "--cc", "bad@example.com", "--bcc", "c@example.com"]);
  const { recipients }: { recipients: { address: string; accepted: boolean; reply: { code: number } }[] } = JSON.parse(
    some.stdout,
  );
  assertEquals(some.code, 6);
  assertEquals(recipients.map(({ address, accepted, reply }) => [address, accepted, reply.code]), [
    ["b@example.com", true, 250],
    ["bad@example.com", false, 550],
    ["c@example.com", true, 250],
  ]);
  assertEquals((await send([...words, "--to", "bad@example.com"])).code, 1);
  const list = await (await fetch(`${inbox}api/messages?wait=5s`)).json();
  assertEquals(list.messages.map(({ to }: { to: string[] }) => to), [["b@example.com", "c@example.com"]]);
});

Deno.test("mail send --batch: many messages over one connection, with a record each, including failures", async () => {
  const { tool, address } = await sink("--trace", "--refuse", "bad@example.com");
  await using _tool = tool;
  const lines = [
    { to: "a@example.com", text: "1" },
    { to: "nobody", text: "2" },
    { to: ["b@example.com", "bad@example.com"], subject: "x\r\ny" },
    { to: "bad@example.com", text: "3" },
    { to: "c@example.com", text: "4", html: "<p>" },
  ].map((line) => JSON.stringify(line));
  const { code, stdout } = await send(
    ["--batch", "-S", address, "--tls", "none", "--json", "-f", "a@example.com"],
    [...lines, "{"].join("\n"),
  );
  const records = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(records.map(({ accepted, error }) => error?.code ?? accepted), [
    1,
    "invalid-address",
    "injection",
    0,
    1,
    "invalid-json",
  ]);
  assertEquals(code, 6);
  const peers = new Set(tool.stderr().match(/\[127\.0\.0\.1:\d+\]/g));
  assertEquals(peers.size, 1);
});

Deno.test("mail send: --dry-run prints the message, --eml saves it; attachments and header fields", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/notes.txt`, "attached");
    const words = [
      ...FROM_TO,
      "--bcc",
      "eve@example.com",
      "-s",
      "Grüße",
      "-a",
      `${folder}/notes.txt`,
      "-H",
      "X-Note: yes",
    ];
    const dry = await send([...words, "--dry-run", "--eml", `${folder}/out.eml`], "body\n.\n");
    assertEquals([dry.code, dry.stderr], [0, ""]);
    assertEquals(await Deno.readTextFile(`${folder}/out.eml`), dry.stdout);
    for (
      const text of [
        "From: Ada <ada@example.com>\r\n",
        "X-Note: yes\r\n",
        "Message-ID: <",
        "filename=notes.txt",
        btoa("attached"),
        "body\r\n.\r\n",
      ]
    ) {
      assertStringIncludes(dry.stdout, text);
    }
    assert(!/eve@/.test(dry.stdout));
    const missing = await send([...words, "-a", `${folder}/none`, "--dry-run"], "x");
    assertEquals(missing.code, 5);
    assertMatch(missing.stderr, /cannot attach .*none: no such file/);
    assertEquals((await send([...FROM_TO, "--dry-run"], "\xff\xfe".repeat(1))).code, 0);
    const binary = await runTool("mail", ["send", ...FROM_TO, "--dry-run"], { stdin: Uint8Array.of(0xff, 0xfe) });
    assertEquals([binary.code, /not UTF-8 text\nhint: attach it with --attach\n/.test(binary.stderr)], [2, true]);
  }));

for (
  const [what, changes, words, code, error] of [
    ["no STARTTLS", {}, [], 3, "starttls-missing"],
    [
      "bytes before TLS",
      { EHLO: "250-x\r\n250 STARTTLS\r\n", STARTTLS: "220 go\r\n250 x\r\n" },
      [],
      3,
      "starttls-injection",
    ],
    ["a greeting that refuses", { greeting: "554 no\r\n" }, ["--tls", "none"], 1, "server-refused"],
    ["a reply without end", { EHLO: "250-x\r\n".repeat(500) }, ["--tls", "none"], 3, "smtp-reply-too-long"],
    ["a password without TLS", {}, ["--tls", "none", "-u", "ada"], 3, "auth-without-tls"],
  ] as const
) {
  Deno.test(`mail send: ${what}: exit ${code}, ${error}`, async () => {
    await using server = smtpServer(changes);
    const words_ = ["send", "--json", "-S", `127.0.0.1:${server.address.port}`, ...FROM_TO, "--text", "x", ...words];
    const { stdout, stderr, code: got } = await runTool("mail", words_, { env: { TOUCAN_PASSWORD: "pw" } });
    assertEquals([got, JSON.parse(stdout).error.code], [code, error], stderr);
    assertEquals(server.lines.filter((line) => /^(MAIL|AUTH)/.test(line)), []);
  });
}

Deno.test("mail send: envelope sender, custom header fields, and --eml-in", () =>
  withFolder(async (folder) => {
    const { tool, address, inbox } = await sink();
    await using _tool = tool;
    const server = ["-S", address, "--tls", "none", "--json"];
    const own = [
      "--date",
      "2026-01-31T12:00:00Z",
      "--message-id",
      "<1@x.test>",
      "--sender",
      "sec@x.test",
      "--in-reply-to",
      "<0@x.test>",
    ];
    const made = await send([...server, ...FROM_TO, ...own, "--envelope-from", "<>", "--text", "x", "-s", " spaced "]);
    assertEquals([made.code, JSON.parse(made.stdout).from], [0, ""]);
    await Deno.writeTextFile(`${folder}/a.eml`, "From: a@x.test\nTo: b@x.test\nBcc: e@x.test\nX-Own: 1\n\nready\n");
    const ready = await send([...server, "--eml-in", `${folder}/a.eml`, "-r", "bounces@x.test"]);
    assertEquals([ready.code, JSON.parse(ready.stdout).from, JSON.parse(ready.stdout).accepted], [
      0,
      "bounces@x.test",
      2,
    ]);
    const dry = await send(["--eml-in", `${folder}/a.eml`, "--dry-run", "--to", "c@x.test"]);
    assertEquals(dry.stdout, "From: a@x.test\r\nTo: b@x.test\r\nX-Own: 1\r\n\r\nready\r\n");
    const { messages } = await (await fetch(`${inbox}api/messages?wait=10s&count=2`)).json();
    assertEquals(messages.map(({ from, to, subject }: Record<string, unknown>) => [from, to, subject]), [
      ["bounces@x.test", ["b@x.test", "e@x.test"], ""],
      ["", ["bob@example.com"], " spaced "],
    ]);
    const source = await (await fetch(`${inbox}api/messages/${messages[1].id}/raw`)).text();
    for (
      const field of [
        "Sender: sec@x.test",
        "Message-ID: <1@x.test>",
        "In-Reply-To: <0@x.test>",
        "References: <0@x.test>",
        "Date: Sat, 31 Jan 2026 12:00:00 +0000",
      ]
    ) {
      assertStringIncludes(source, `\r\n${field}\r\n`);
    }
    assertEquals((await send([...server, "--eml-in", `${folder}/none`])).code, 5);
  }));

Deno.test("mail send: to a unix socket", { ignore: Deno.build.os === "windows" }, () =>
  withFolder(async (folder) => {
    const path = `${folder}/smtp.sock`;
    await using server = smtpServer();
    const listener = Deno.listen({ transport: "unix", path });
    // A pipe between them.
    const piped = (async () => {
      using client = await listener.accept();
      using behind = await Deno.connect({ hostname: "127.0.0.1", port: server.address.port });
      await Promise.allSettled([client.readable.pipeTo(behind.writable), behind.readable.pipeTo(client.writable)]);
    })().catch(() => {});
    const { code, stdout } = await send(["-S", `unix:${path}`, "--tls", "none", ...FROM_TO, "--text", "x"]);
    listener.close();
    await piped;
    assertEquals([code, stdout], [0, "accepted  bob@example.com  250 2.0.0 kept\n"]);
  }));

Deno.test("mail send: a stalled server exits with 4 and the phase", async () => {
  await using server = smtpServer({ RCPT: (wire) => wire.gone() });
  const { code, stderr } = await send([
    "-S",
    `127.0.0.1:${server.address.port}`,
    "--tls",
    "none",
    ...FROM_TO,
    "--text",
    "x",
    "--timeout",
    "300ms",
  ]);
  assertEquals(code, 4);
  assertMatch(stderr, /timed out after 300ms \(phase: first-byte\): .*: RCPT TO\n/);
});

Deno.test("mail sink: requires authentication beyond this machine, unless --anyone is given", async () => {
  const refused = await runTool("mail", ["sink", "--host", "0.0.0.0", "--port", "0"]);
  assertEquals(refused.code, 2);
  assertMatch(refused.stderr, /listening on \S+ requires authentication/);
  const { tool, address } = await sink("--host", "0.0.0.0", "--anyone");
  await using _tool = tool;
  assertMatch(address, /^0\.0\.0\.0:\d+$/);
});

Deno.test("mail sink: the API returns a parsed message, its HTML and an attachment, and deletes by filter", () =>
  withFolder(async (folder) => {
    const { tool, address, inbox } = await sink();
    await using _tool = tool;
    await Deno.writeTextFile(`${folder}/a.txt`, "attached\n");
    const words = [
      "-f",
      "a@x.test",
      "--html",
      "<a href='https://x.test/'>x</a>",
      "-a",
      `${folder}/a.txt`,
      "-S",
      address,
    ];
    for (const to of ["a@x.test", "b@x.test"]) {
      assertEquals((await send([...words, "--tls", "none", "--text", "hello", "--to", to])).code, 0);
    }
    const api = `${inbox}api/messages`;
    const { messages: [{ id }] } = await (await fetch(`${api}?to=b@x.test&has=attachment&wait=10s`)).json();
    const view = await (await fetch(`${api}/${id}`)).json();
    assertEquals([view.text.trim(), view.html.trim(), view.attachments[0].file], [
      "hello",
      "<a href='https://x.test/'>x</a>",
      "a.txt",
    ]);
    assertEquals(await (await fetch(`${api}/${id}/attachments/0`)).text(), "attached\n");
    assertStringIncludes(await (await fetch(`${inbox}messages/${id}/frame`)).text(), 'target="_blank"');
    assertEquals((await fetch(`${api}?to=b@x.test`, { method: "DELETE" })).status, 204);
    const left = await (await fetch(`${api}?q=hello`)).json();
    assertEquals(left.messages.map(({ to }: { to: string[] }) => to), [["a@x.test"]]);
  }));

Deno.test("mail sink: the inbox in a container, beyond loopback and under other names, also in its certificate", () =>
  withFolder(async (folder) => {
    const refused = await runTool("mail", ["sink", "--port", "0", "--web", "0.0.0.0:0"]);
    assertEquals(refused.code, 2);
    assertMatch(refused.stderr, /inbox on 0\.0\.0\.0 requires authentication\nhint: require a password with --user, /);
    let pin = "";
    for (const names of [["sink"], ["sink", "*.mail.example", ".bücher.example:25"]]) {
      const allowed = names.flatMap((name) => ["--allow-host", name]);
      const words = ["--web", "0.0.0.0:0", "--anyone", "--tls-dir", `${folder}/tls`, ...allowed];
      const { tool, address, inbox, pin: shown } = await sink(...words);
      await using _tool = tool;
      // The names change, the key does not.
      assertEquals(shown, pin || shown);
      pin = shown;
      const [, port = ""] = /^http:\/\/0\.0\.0\.0:(\d+)\/$/.exec(inbox) ?? [];
      const status = async (host: string) => {
        const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
        const request = `GET /api/messages HTTP/1.1\r\nHost: ${host}:8025\r\nConnection: close\r\n\r\n`;
        await conn.write(new TextEncoder().encode(request));
        return Number((await new Response(conn.readable).text()).slice(9, 12));
      };
      assertEquals([await status("sink"), await status("other")], [200, 403]);
      const trust = ["-S", address, "--cacert", `${folder}/tls/cert.pem`];
      const covered = names.length === 1
        ? ["sink", "localhost"]
        : ["sink", "a.mail.example", "xn--bcher-kva.example", "www.xn--bcher-kva.example"];
      for (const name of covered) {
        const { code, stderr } = await send([...FROM_TO, "--text", "x", ...trust, "--sni", name]);
        assertEquals([name, code, stderr], [name, 0, ""]);
      }
      const { code, stderr } = await send([...FROM_TO, "--text", "x", ...trust, "--sni", "other.example"]);
      assertEquals([code, /not for other\.example|other\.example/.test(stderr)], [3, true], stderr);
    }
  }));

Deno.test("mail sink: a host name that is not allowed is reported with what to do", async () => {
  const { tool, inbox } = await sink();
  await using _tool = tool;
  assertEquals(await statusFor("sink:8025", inbox), 403);
  await tool.stderrMatch(
    /host name "sink:8025" is not allowed: .*\nhint: accept requests for this host name with --allow-host NAME\n/,
  );
});

Deno.test("mail sink: a host name that is not allowed is a record with what to do", async () => {
  await using tool = await startTool("mail", ["sink", "--port", "0", "--web", "0", "--json"]);
  let text = "";
  let asked = false;
  for await (const piece of tool.process.stdout.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const [, url] = /"url":"(http:[^"]+)"/.exec(text) ?? [];
    if (url !== undefined && !asked) assertEquals([await statusFor("sink:8025", url), asked = true], [403, true]);
    const [line] = /\{"event":"fault".*\}(?=\n)/.exec(text) ?? [];
    if (line === undefined) continue;
    const { error, hint } = JSON.parse(line);
    assertEquals([error.code, hint], ["forbidden-host", "accept requests for this host name with --allow-host NAME"]);
    return;
  }
  throw new Error(`stdout ended: ${text}`);
});

/** Returns the status of a request for a host name. */
async function statusFor(host: string, url: string): Promise<number> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port) });
  await conn.write(
    new TextEncoder().encode(`GET /api/messages HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
  );
  return Number((await new Response(conn.readable).text()).slice(9, 12));
}

for (
  const [words, tls] of [
    [[], "none"],
    [["--starttls"], "starttls"],
    [["--tls-dir", "kept"], "starttls"],
    [["--tls"], "implicit"],
  ] as const
) {
  Deno.test(`mail sink ${words.join(" ")}: the hint --tls ${tls} works`, () =>
    withFolder(async (cwd) => {
      await using tool = await startTool("mail", ["sink", "--port", "0", "--smtp-only", ...words], { cwd });
      const [, hint = ""] = await tool.stderrMatch(/hint: toucan mail send (.*) …\n/);
      assertStringIncludes(hint, `--tls ${tls}`);
      assertEquals(hint.includes("--pin"), tls !== "none");
      assertEquals((await send([...FROM_TO, "--text", "x", ...hint.split(" ")])).code, 0);
    }));
}

for (
  const [pattern, code] of [["*", 1], ["*@example.com", 1], ["bob@*", 1], ["b*b@example.*", 1], [
    "*@example",
    0,
  ]] as const
) {
  Deno.test(`mail sink: --refuse '${pattern}'`, async () => {
    const { tool, address } = await sink("--smtp-only", "--refuse", pattern);
    await using _tool = tool;
    assertEquals((await send([...FROM_TO, "--text", "x", "-S", address, "--tls", "none"])).code, code);
  });
}

for (
  const [words, message] of [
    [
      ["--refuse", "bob"],
      /invalid address pattern "bob": use an address, @DOMAIN, or a pattern such as bob@\*/,
    ],
    [["--refuse", "a b@x"], /invalid address pattern "a b@x"/],
    [["--fail", "rcpt"], /invalid failure "rcpt": use STAGE:CODE or STAGE:CODE:PATTERN such as rcpt:451:bob@\*/],
    [["--fail", "rcpt:451:bob"], /invalid address pattern "bob"/],
    [["--delay", "soon"], /option --delay/],
    [["--delay", "11m"], /invalid delay 11m: at most 10m is accepted/],
    [["--web", "unix:/tmp/x"], /"unix:\/tmp\/x" is not a host and a port/],
    [["--web", "x y:1"], /option --web/],
    [["--tls", "--starttls"], /--starttls cannot be combined with --tls/],
    [["--tls", "--smtps", "0"], /--tls cannot be combined with --smtps|--smtps cannot be combined with --tls/],
    [["--relay-to", "a.test", "--smtp-only"], /cannot be combined with --relay-to: messages are released on the page/],
    [
      ["--relay-to", "a.test", "--web", "0.0.0.0:0", "--anyone"],
      /releasing messages from an inbox on 0\.0\.0\.0 requires/,
    ],
    [["--relay-to", "a.test", "--user", "a:b", "--relay-user", "me"], /password of me at the relay is missing/],
    [["--relay-recipient", "@a.test"], /--relay-recipient requires --relay-to/],
    [["--relay-to", "smtps://a.test", "--relay-tls", "none"], /requires implicit TLS/],
    [["--webhook", "ftp://a.test/"], /unsupported URL scheme/],
    [
      ["--webhook", "http://a.test/", "--webhook-pin", `sha256:${"A".repeat(43)}=`],
      /--webhook-pin requires an https URL/,
    ],
    [["--judge", "--judge-as", "192.0.2.300"], /invalid .*--judge-as.*192\.0\.2\.300|192\.0\.2\.300.*IP address/],
    [["--judge-as", "192.0.2.1"], /--judge-as requires --judge/],
    [["--name-server", "192.0.2.1"], /--name-server requires --judge/],
    [["--check-links", "public", "--smtp-only"], /cannot be combined/],
  ] as const
) {
  Deno.test(`mail sink: usage error: ${words.join(" ")}`, async () => {
    const { code, stderr } = await runTool("mail", ["sink", "--port", "0", ...words]);
    assertEquals(code, 2, stderr);
    assertMatch(stderr, message);
  });
}

Deno.test("mail sink: --fail and --delay, changed through the API", async () => {
  const { tool, address, inbox } = await sink("--fail", "rcpt:451:bob@*", "--delay", "1ms");
  await using _tool = tool;
  const mail = () => send([...FROM_TO, "--text", "x", "-S", address, "--tls", "none"]);
  const put = async (body: string) => {
    const response = await fetch(`${inbox}api/faults`, { method: "PUT", body });
    return [response.status, await response.text()];
  };
  assertMatch((await mail()).stdout, /451 4\.3\.0 simulated failure/);
  assertEquals(await put("{}"), [200, '{"fail":[],"delay":0}']);
  assertEquals((await mail()).code, 0);
  assertEquals(await put('{"fail": ["message:554"], "delay": "2ms"}'), [200, '{"fail":["message:554"],"delay":2}']);
  assertMatch((await mail()).stdout, /554 5\.3\.0 simulated failure/);
  const { stdout, code } = await stop(tool);
  assertMatch(stdout, /^ada@example\.com → bob@example\.com .*\n$/);
  assertEquals(code, 0);
});

Deno.test("mail sink: --judge asks the name server, --check-links requests the links of a message", async () => {
  await using names = answering({
    "example.com.": { TXT: [{ data: '"v=spf1 ip4:192.0.2.7 -all"' }] },
    "_dmarc.example.com.": { TXT: [{ data: '"v=DMARC1; p=reject"' }] },
  });
  const { tool, address, inbox } = await sink(
    ...["--judge", "--name-server", names.address, "--judge-as", "192.0.2.7", "--check-links", "public"],
  );
  await using _tool = tool;
  assertEquals((await send([...FROM_TO, "--text", `${inbox}x`, "-S", address, "--tls", "none"])).code, 0);
  const get = async (path: string, method = "GET") =>
    await (await fetch(`${inbox}api/messages${path}`, { method })).json();
  const { id } = (await get("")).messages[0];
  const { authentication, seen } = await get(`/${id}`);
  assertEquals(authentication.map((one: { result: string }) => one.result), ["pass", "none", "pass"]);
  const { links } = await get(`/${id}/links`, "POST");
  assertEquals([seen, links[0].error.code], [false, "private-address"]);
  assertEquals((await stop(tool)).code, 0);
});

Deno.test("mail sink: a port in use, an invalid maildir", () =>
  withFolder(async (folder) => {
    const { tool, address } = await sink("--smtp-only");
    await using _tool = tool;
    const second = await runTool("mail", ["sink", "--port", address.split(":")[1] ?? "", "--web", "0"]);
    assertEquals(second.code, 5);
    assertMatch(second.stderr, /address already in use\nhint: /);
    await Deno.writeTextFile(`${folder}/file`, "");
    assertEquals((await runTool("mail", ["sink", "--port", "0", "--web", "0", "--dir", `${folder}/file`])).code, 5);
  }));

Deno.test("mail sink: the maildir is intact after a kill", () =>
  withFolder(async (folder) => {
    const directory = `${folder}/Maildir`;
    const { tool, address } = await sink("--dir", directory);
    const lines = Array.from({ length: 50 }, (_, i) => JSON.stringify({ to: `n${i}@example.com`, text: `${i}` })).join(
      "\n",
    );
    const { code } = await send(["--batch", "-S", address, "--tls", "none", "-f", "a@example.com"], lines);
    assertEquals(code, 0);
    await tool[Symbol.asyncDispose]();
    assertEquals([...Deno.readDirSync(`${directory}/new`)].length, 50);
  }));

const withoutFlags = { ignore: TARGET === "executable" };
for (
  const [words, flags, missing] of [
    [["send", ...FROM_TO, "--text", "x", "-S", "127.0.0.1:1"], ["--allow-read", "--allow-write"], "--allow-net"],
    [["send", ...FROM_TO, "--text", "x", "-a", "README.md", "--dry-run"], ["--allow-net"], "--allow-read"],
    [
      ["send", ...FROM_TO, "--text", "x", "--eml", "x.eml", "--dry-run"],
      ["--allow-net", "--allow-read"],
      "--allow-write",
    ],
    [["sink", "--port", "0"], ["--allow-read"], "--allow-net"],
    [["sink", "--port", "0", "--dir", "x"], ["--allow-net", "--allow-read"], "--allow-write"],
  ] as const
) {
  Deno.test(
    `mail ${words[0]}: exits with 5 without ${missing}, and names it`,
    withoutFlags,
    () =>
      withFolder(async (folder) => {
        await Deno.writeTextFile(`${folder}/README.md`, "");
        const { code, stderr } = await runTool("mail", words, { flags, cwd: folder });
        assertEquals(code, 5, stderr);
        assertStringIncludes(stderr, missing);
      }),
  );
}

Deno.test("mail send --dry-run works without permissions", withoutFlags, async () => {
  const { code, stdout } = await runTool("mail", ["send", ...FROM_TO, "--text", "x", "--dry-run"], { flags: [] });
  assertEquals(code, 0);
  assertMatch(stdout, /^Date: /m);
});

Deno.test("mail sink: exits when stdout is closed, and acknowledges stored messages", async () => {
  const { tool, address } = await sink();
  await using server = tool;
  await server.process.stdout.cancel();
  let ended = false;
  const end = server.code.finally(() => ended = true);
  // The pipe may still accept the first writes.
  while (!ended) {
    const { code, stdout } = await send([...FROM_TO, "--text", "x", "-S", address, "--tls", "none"]);
    // A message is stored and accepted, or rejected and not stored.
    assertEquals([0, 3].includes(code), true, stdout);
  }
  assertEquals(await end, 141);
});
