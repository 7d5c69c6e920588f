import { readTargets, targetValue } from "../../cmd/chat/join_targets.ts";
import { addAccounts, PASSWORD } from "../kit/chat_accounts.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { FileHistory } from "../../lib/chat/history/file_history.ts";
import { DatabaseSync } from "../../lib/deps/node/sqlite.ts";
import { withFolder } from "../kit/folder.ts";
import { chatServer, RawIrc } from "../kit/irc.ts";
import { Relay } from "../kit/relay.ts";
import { type RunningTool, runTool, startTool } from "../kit/tool.ts";
import { within } from "../kit/wait.ts";

/** Starts `chat serve` on free ports of this machine, and returns its addresses. */
async function serve(...args: readonly string[]) {
  const ports = args.includes("--port") ? [] : ["--port", "0"];
  const tool = await startTool("chat", ["serve", ...ports, "--web", "0", ...args]);
  const [, address = ""] = await tool.stderrMatch(/listening on ircs?:\/\/(127\.0\.0\.1:\d+)\n/);
  await tool.stderrMatch(/join with: .*\n/);
  return { tool, address };
}

/** Returns the events in the lines of `chat join --json`. */
function events(text: string): Record<string, unknown>[] {
  return text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

function fail(heard: string): never {
  throw new Error(`it has ended after ${heard}`);
}

/** Invalid command lines, and their error messages. */
const SENSELESS: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [["join"], /SERVER is missing|SERVER/],
  [["join", "localhost:0"], /port "0" is not a number from 1 to 65535/],
  [["join", "localhost:99999"], /port "99999" is not/],
  [["join", "a b@localhost"], /invalid nickname "a b": must not contain/],
  [["join", "@localhost"], /invalid nickname "": must not contain/],
  [["join", "localhost", "lobby"], /invalid channel "lobby": must be #NAME/],
  [["join", "localhost", "#a", "b"], /invalid channel "b": must be #NAME/],
  [["join", "--pin", `sha256:${"A".repeat(43)}=`, "localhost", "ircs://other.example"], /option --pin requires/],
  [["join", "--pin", "sha256:x", "localhost"], /option --pin/],
  [["join", "--account", "me", "localhost"], /--account requires a password/],
  [["join", "--backlog", "1000", "localhost"], /option --backlog: .*from 0 to 100/],
  [["serve", "here"], /one operand too many/],
  [["serve", "--port", "65536"], /option --port: .*from 0 to 65535/],
  [
    ["serve", "--host", "0.0.0.0"],
    /cannot listen on 0\.0\.0\.0 without a password\nhint: use --password-file FILE, --require-account, --invite DURATION, or --open/,
  ],
  [
    ["serve", "--web", "0.0.0.0:0"],
    /cannot listen on 0\.0\.0\.0 without a password\nhint: use --password-file FILE, --require-account, --invite DURATION, or --open/,
  ],
  [["serve", "--host", "0.0.0.0", "--one-port"], /cannot listen on 0\.0\.0\.0 without a password/],
  [["serve", "--one-port", "--web", "0"], /--web cannot be combined with --one-port/],
  [["serve", "--invite-once"], /option --invite-once requires --invite/],
  [
    ["join", "https://localhost/"],
    /invalid link: must be an invitation, such as https:\/\/chat\.example\/#invite=TOKEN/,
  ],
  [["serve", "--one-port", "--irc-only"], /--one-port cannot be combined with --irc-only/],
  [["serve", "--web", "unix:/x"], /option --web: .*a port, or a host and a port such as 0\.0\.0\.0:8067/],
  [["serve", "--cert", "c.pem"], /option --cert requires --tls/],
  [["serve", "--rate", "0"], /option --rate: /],
  [["serve", "--name", "a b", "--port", "0"], /invalid server name "a b": must be 1 to 63 characters/],
];

for (const [args, says] of SENSELESS) {
  Deno.test(`chat ${args.join(" ")} is rejected`, async () => {
    const { code, stdout, stderr } = await runTool("chat", args);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, says);
  });
}

Deno.test("chat account: adds, bans and lists accounts in a history file, each in one line or record", () =>
  withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const env = { TOUCAN_PASSWORD: "correct horse" };
    const run = (...args: string[]) => runTool("chat", ["account", ...args], { env });
    assertMatch((await run("add", file, "Ann")).stdout, /^Ann registered \d{4}-\d\d-\d\d \d\d:\d\d\n$/);
    const again = await run("add", file, "ann");
    assertEquals([again.code, again.stderr], [1, "toucan chat: cannot add account ann: it exists\n"]);
    const banned = await run("ban", file, "ann", "--for", "1h", "--reason", "spam\x1b[31m", "--json");
    assertMatch(banned.stdout, /^\{"name":"Ann",.*"ban":\{"since":\d+,"until":\d+,"reason":"spam/);
    assertMatch((await run("list", file)).stdout, /^Ann registered .*, banned until .*: spam\\x1b\[31m\n$/);
    assertMatch((await run("unban", file, "ann")).stdout, /^Ann registered [^,]*\n$/);
    assertMatch((await run("delete", file, "ann")).stdout, /^Ann deleted \d{4}-\d\d-\d\d \d\d:\d\d\n$/);
    assertEquals((await run("list", file)).stdout, "");
    assertMatch((await run("add", file, "ann")).stderr, /cannot add account ann: it existed before\n$/);
    assertEquals((await run("passwd", file, "ben")).code, 1);
    assertEquals((await run("list", file, "--for", "1h")).code, 2);
  }));

Deno.test("chat: a conversation in both directions, from stdin to stdout", async () => {
  const { tool, address } = await serve("--motd", "welcome");
  await using _server = tool;
  await using ann = await startTool("chat", ["join", "--stay", `ann@${address}`]);
  const reader = ann.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let heard = "";
  const hears = async (text: string) => {
    while (!heard.includes(text)) heard += (await reader.read()).value ?? fail(heard);
  };
  await ann.stderrMatch(/connected to toucan\.local as ann/);
  const writer = ann.process.stdin.getWriter();
  await writer.write(new TextEncoder().encode("hello\n"));
  await hears("<ann> hello");
  const ben = await runTool("chat", ["join", "--json", `ben@${address}`], { stdin: "hi ann\n\ngood bye\n" });
  assertEquals([ben.code, ben.stderr], [0, ""]);
  const messages = events(ben.stdout).filter(({ event }) => event === "message");
  assertEquals(messages.map(({ nick, text, own, past }) => [nick, text, own, past]), [
    ["ann", "hello", false, true],
    ["ben", "hi ann", true, false],
    ["ben", "good bye", true, false],
  ]);
  assert(messages.every(({ target, id, time }) => target === "#lobby" && typeof id === "string" && Number(time) > 0));
  await hears("good bye\n");
  const lines = heard.split("\n").map((line) => line.replace(/^\d\d:\d\d /, ""));
  const talk = lines.filter((line) => line.includes("<"));
  assertEquals(talk, ["#lobby <ann> hello", "#lobby <ben> hi ann", "#lobby <ben> good bye"]);
  await writer.close();
  await reader.cancel();
});

Deno.test("chat serve --json: records of listeners and clients; exits with 0 at a signal", async () => {
  await using tool = await startTool("chat", ["serve", "--json", "--port", "0", "--web", "0"]);
  const reader = tool.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const until = async (pattern: RegExp) => {
    while (!pattern.test(text)) {
      text += (await reader.read()).value ?? fail(text);
    }
  };
  await until(/"listening",.*\n.*"listening",.*\n/);
  const [listening, page] = events(text);
  assertEquals(listening?.url, `irc://127.0.0.1:${listening?.port}`);
  assertEquals(page?.url, `http://127.0.0.1:${page?.port}/`);
  assertMatch(await (await fetch(String(page?.url))).text(), /<title>Toucan chat<\/title>/);
  using ann = await RawIrc.in(String(listening?.address), "ann");
  await until(/"event":"registered",.*"nick":"ann"/);
  tool.process.kill("SIGTERM");
  await ann.hears(/^ERROR :Closing Link: \S+ \(Server shutting down\)$/);
  ann[Symbol.dispose]();
  await until(/"event":"left",.*"nick":"ann","reason":"Server shutting down"/);
  assertEquals(await tool.code, 0);
  await reader.cancel();
});

Deno.test("chat: connects over TLS with the pin of the server only", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/secret`, "open sesame\nnot this\n");
    const { tool, address } = await serve("--tls", "--password-file", `${folder}/secret`);
    await using _server = tool;
    const [, pin = ""] = await tool.stderrMatch(/--pin (\S+) /);
    const join = (...args: string[]) =>
      runTool("chat", ["join", "--tls", ...args, `ann@${address}`], { stdin: "hi\n" });
    const secret = ["--password-file", `${folder}/secret`];
    const good = await join("--pin", pin, ...secret);
    assertEquals([good.code, /<ann> hi\n/.test(good.stdout)], [0, true]);
    const wrong = await join("--pin", `sha256:${"A".repeat(43)}=`, ...secret);
    assertEquals([wrong.code, wrong.stdout], [3, ""]);
    const none = await join("--pin", pin);
    assertEquals([none.code, none.stdout], [3, ""]);
    assertMatch(none.stderr, /cannot register with the server: .*\nhint: specify the password with --password-file\n$/);
    const variable = await runTool("chat", ["join", "--tls", "--pin", pin, `ann@${address}`], {
      stdin: "hi\n",
      env: { TOUCAN_PASSWORD: "open sesame" },
    });
    assertEquals(variable.code, 0);
    const plain = await runTool("chat", ["join", "--timeout", "2s", `ann@${address}`]);
    assert(plain.code === 3 || plain.code === 4, plain.stderr);
  }));

Deno.test("chat join: error codes of failures", async () => {
  const refused = await runTool("chat", ["join", "--json", "127.0.0.1:9"]);
  assertEquals(refused.code, 3);
  assertMatch(refused.stdout, /"code":"connection-refused"/);
  const { tool, address } = await serve();
  await using _server = tool;
  using ann = await RawIrc.in(address, "ann");
  await ann.say("JOIN #den", "MODE #den +i", "JOIN #open");
  await ann.hears(/ JOIN #open/);
  const closed = await runTool("chat", ["join", `ben@${address}`, "#den"]);
  assertEquals([closed.code, closed.stdout.includes("JOIN")], [1, false]);
  assertMatch(closed.stderr, /toucan chat: cannot join #den: the channel is invite-only \(\+i\)\n$/);
  // A line that was not accepted is reported, and the rest is sent.
  await ann.say("MODE #open +m");
  const mute = await runTool("chat", ["join", `ben@${address}`, "#open"], { stdin: "hi\n" });
  assertEquals(mute.code, 1);
  assertMatch(mute.stderr, /Cannot send to channel/);
});

Deno.test("chat join: escapes received text for terminals, in lines and in JSON", async () => {
  const { tool, address } = await serve();
  await using _server = tool;
  using evil = await RawIrc.in(address, "evil");
  await evil.say("JOIN #lobby", "PRIVMSG #lobby :\x1b[2J\x07 \u202eabc", "TOPIC #lobby :\x1b]0;x\x07");
  await evil.hears(/TOPIC/);
  for (const options of [[], ["--json"]]) {
    const { code, stdout, stderr } = await runTool("chat", ["join", ...options, `ann@${address}`]);
    assertEquals(code, 0);
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(stdout + stderr), JSON.stringify(stdout));
    assertMatch(stdout, /(?:\\x1b|\\u001b)\[2J/);
  }
});

Deno.test("chat: client and server exit silently when their output is closed", async () => {
  const serving = await startTool("chat", ["serve", "--json", "--port", "0", "--irc-only"]);
  await using server = serving;
  const reader = server.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const [listening] = events((await reader.read()).value ?? "");
  const address = String(listening?.address);
  await using ann = await startTool("chat", ["join", "--stay", `ann@${address}`]);
  await ann.stderrMatch(/connected/);
  await ann.process.stdout.cancel();
  using raw = await RawIrc.in(address, "raw");
  await raw.say("JOIN #lobby");
  let ended = false;
  const status = ann.code.finally(() => ended = true);
  // The pipe may still accept the first writes.
  while (!ended) {
    await raw.say("PRIVMSG #lobby :anybody?");
    await raw.upToNow();
  }
  assertEquals(await status, 141);
  await reader.cancel();
  let stopped = false;
  const end = server.code.finally(() => stopped = true);
  while (!stopped) await RawIrc.open(address).then((client) => client[Symbol.dispose](), () => {});
  assertEquals(await end, 141);
  assertEquals(server.stderr(), "");
});

Deno.test("chat serve: killed during 2,000 messages, each echoed message is in the history once, and the rest follows", () =>
  withFolder(async (folder) => {
    const history = `${folder}/chat.db`;
    const open = ["--history", history, "--burst", "100000", "--rate", "100000"];
    const first = await serve(...open);
    await using killed = first.tool;
    await using ann = await startTool("chat", ["join", "--json", `ann@${first.address}`]);
    const wanted = Array.from({ length: 2000 }, (_, i) => `message ${i}`);
    const feeding = new Blob([wanted.map((line) => `${line}\n`).join("")]).stream().pipeTo(ann.process.stdin);
    let text = "";
    let echoed: string[] | undefined;
    const killing: RunningTool[] = [];
    const texts = () =>
      events(text.slice(0, text.lastIndexOf("\n") + 1)).filter(({ own }) => own).map((event) => String(event.text));
    for await (const piece of ann.process.stdout.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (!echoed && (text.match(/"own":true/g)?.length ?? 0) >= 700) {
        killed.process.kill("SIGKILL");
        await killed.process.status;
        echoed = texts();
        {
          using kept = new FileHistory(history);
          const lines = kept.find({ channel: "#lobby", only: "", limit: 5000 }).map(({ line }) =>
            line.replace(/^.* :/, "")
          );
          for (const said of echoed) assertEquals(lines.filter((line) => line === said).length, 1, said);
        }
        const again = await serve(...open, "--port", first.address.replace(/^.*:/, ""));
        // It ends with the test.
        killing.push(again.tool);
      }
    }
    await feeding;
    const [second] = killing;
    await using _second = second;
    assertEquals(await ann.code, 0);
    assert(echoed && echoed.length >= 700 && echoed.length < 2000, `${echoed?.length}`);
    assertEquals(texts(), wanted);
    second?.process.kill("SIGTERM");
    await second?.process.status;
    using kept = new FileHistory(history);
    const lines = kept.find({ channel: "#lobby", only: "", limit: 5000 }).map(({ line }) => line.replace(/^.* :/, ""));
    assertEquals(lines, wanted);
  }));

Deno.test("chat serve: killed after it has acknowledged accounts, each is there; chat account works while it runs", () =>
  withFolder(async (folder) => {
    const history = `${folder}/chat.db`;
    const { tool, address } = await serve("--history", history);
    await using killed = tool;
    // Several at once: their messages and those of others are in the same commits.
    const clients = await Promise.all(["ann", "ben", "cleo"].map((nick) => RawIrc.in(address, nick)));
    await Promise.all(clients.map(async (client) => {
      await client.say("JOIN #a", "PRIVMSG #a :hello", "REGISTER * * :correct horse");
      await client.hears(/ REGISTER SUCCESS /);
    }));
    const banned = await runTool("chat", ["account", "ban", history, "cleo"]);
    assertEquals([banned.code, banned.stderr], [0, ""]);
    await clients[2]?.hears(/^ERROR .*Account banned/);
    killed.process.kill("SIGKILL");
    await killed.process.status;
    for (const client of clients) client[Symbol.dispose]();
    const { stdout } = await runTool("chat", ["account", "list", history]);
    assertEquals(stdout.split("\n").map((line) => line.split(" ")[0]), ["ann", "ben", "cleo", ""]);
  }));

Deno.test("chat join: exits with 1 in a pipe when a channel cannot be joined again", async () => {
  await using server = chatServer();
  using op = await RawIrc.in(server.address, "op");
  await op.say("JOIN #a");
  await op.upToNow();
  using relay = new Relay(server.address);
  await using tool = await startTool("chat", ["join", `ann@${relay.addr}`, "#a"]);
  // Its stdin stays open: it must not wait for the next line.
  const writer = tool.process.stdin.getWriter();
  await writer.write(new TextEncoder().encode("hi\n"));
  await op.hears(/^:ann!\S+ PRIVMSG #a :?hi$/);
  relay.cut();
  await op.hears(/^:ann!\S+ QUIT/);
  await op.say("MODE #a +i");
  await op.upToNow();
  await tool.stderrMatch(/-- cannot rejoin #a: the channel is invite-only \(\+i\)\n/);
  assertEquals(await tool.code, 1);
  await writer.close().catch(() => {});
});

Deno.test("chat serve --web: address of the page, with TLS beyond this machine", async () => {
  const args = ["serve", "--port", "0", "--open"];
  for (
    const [more, url] of [
      [["--web", "0.0.0.0:0"], /^http:\/\/0\.0\.0\.0:\d+\/$/],
      [["--web", "0.0.0.0:0", "--tls"], /^https:\/\/0\.0\.0\.0:\d+\/$/],
      [["--web", "127.0.0.1:0", "--tls"], /^http:\/\/127\.0\.0\.1:\d+\/$/],
      [["--web", "[::1]:0"], /^http:\/\/\[::1\]:\d+\/$/],
    ] as const
  ) {
    await using tool = await startTool("chat", [...args, ...more]);
    const [, found = ""] = await tool.stderrMatch(/listening on (http\S*)\n/);
    assertMatch(found, url);
    await tool.stderrMatch(/join with: .*\n/);
    tool.process.kill("SIGTERM");
    assertEquals(await tool.code, 0);
  }
});

Deno.test("chat serve --history: rejects messages that cannot be stored; exits with 5 for a corrupt file", () =>
  withFolder(async (folder) => {
    const path = `${folder}/chat.db`;
    const { tool, address } = await serve("--history", path);
    await using server = tool;
    using raw = await RawIrc.in(address, "raw");
    await raw.say("JOIN #lobby");
    await raw.upToNow();
    using other = new DatabaseSync(path);
    // Another process holds a lock on it, which affects a writer like a full disk.
    other.exec("BEGIN IMMEDIATE");
    await raw.say("PRIVMSG #lobby :is this kept?");
    await raw.hears(/ 404 raw #lobby :Cannot send to channel: the history cannot be written$/);
    other.exec("DROP TABLE lines; COMMIT");
    // timer: only a further line shows that the table is gone
    const asking = setInterval(() => raw.say("PRIVMSG #lobby :and this?").catch(() => {}), 50);
    try {
      assertEquals(await within("its end", server.code), 5);
    } finally {
      clearInterval(asking);
    }
    assertMatch(
      server.stderr(),
      /\ntoucan chat: cannot use the history file .*: database is locked; messages to channels are rejected /,
    );
    assertMatch(server.stderr(), /\ntoucan chat: the history can be written again\n/);
    assertMatch(server.stderr(), /\ntoucan chat: cannot use the history file .*: no such table: lines\nhint: .*\n$/);
  }));

Deno.test("chat: the link of an invitation leads through TLS with the pin in it, and others are not admitted", async () => {
  const words = ["serve", "--port", "0", "--one-port", "--tls", "--host", "0.0.0.0", "--invite", "1h"];
  await using tool = await startTool("chat", [...words, "--allow-host", "localhost"]);
  const [, link = "", port = ""] = await tool.stderrMatch(
    /invite with: (https:\/\/localhost:(\d+)\/#invite=\S+&pin=\S+)\n/,
  );
  const ann = await runTool("chat", ["join", `ann@${link}`], { stdin: "hello\n" });
  assertEquals(ann.code, 0, ann.stderr);
  assertMatch(ann.stdout, /<ann> hello/);
  const ben = await runTool("chat", ["join", `ben@localhost:${port}`], { stdin: "hello\n" });
  assertEquals(ben.code, 3);
  assertMatch(ben.stderr, /cannot register with the server: Password incorrect/);
});

Deno.test("chat join: an account and a password for each server, and none for another", () =>
  withFolder(async (folder) => {
    await addAccounts(`${folder}/one.db`, ["ann"]);
    await addAccounts(`${folder}/two.db`, ["ben"]);
    const [first, second] = await Promise.all([
      serve("--history", `${folder}/one.db`, "--plaintext-login"),
      serve("--history", `${folder}/two.db`, "--plaintext-login"),
    ]);
    await using _first = first.tool;
    await using _second = second.tool;
    await Deno.writeTextFile(`${folder}/a=b`, `${PASSWORD}\n`);
    await Deno.writeTextFile(`${folder}/pw2`, `${PASSWORD}\n`);
    const two = second.address.replace("127.0.0.1", "localhost");
    const join = (stdin: string, ...args: string[]) =>
      runTool("chat", ["join", "--json", "--commands", ...args, `ann@${first.address}`, `ben@${two}`], { stdin });
    const whois = ["127.0.0.1", "localhost"].map((network) =>
      `${JSON.stringify({ network, raw: ["WHOIS", network === "localhost" ? "ben" : "ann"] })}\n` +
      `${JSON.stringify({ network, send: "#lobby", text: "done" })}\n`
    ).join("");
    const secrets = ["--password-file", `${folder}/a=b`, "--password-file", `LOCALHOST=${folder}/pw2`];
    const { code, stdout } = await join(whois, "--account", "ann", "--account", `${two}=ben`, ...secrets);
    const found = events(stdout).filter((event) => event.code === "330").map(({ network, text }) =>
      `${network} ${text}`
    );
    assertEquals([found.sort(), code], [
      ["127.0.0.1 ann ann is logged in as", "localhost ben ben is logged in as"],
      0,
    ]);
    const missing = await join("", "--account", "ann", "--account", "localhost=ben", ...secrets.slice(0, 2));
    assertMatch(missing.stdout + missing.stderr, /--account requires a password for localhost:\d+/);
    const twice = await join("", "--account", "ann", "--account", "127.0.0.1=ben", ...secrets);
    assertMatch(twice.stdout + twice.stderr, /option --account was given twice for 127\.0\.0\.1/);
  }));

Deno.test("targetValue: the server that a value names, by its host or as it was written", () => {
  const targets = readTargets(["ann@one.example", "ircs://two.example:7000", "[::1]:6667", "two.example:7001", "#x"]);
  const table: readonly (readonly [text: string, at: number, value: string])[] = [
    ["pw", 0, "pw"],
    ["one.example=pw", 0, "pw"],
    ["Two.Example=a=b", 1, "a=b"],
    ["two.example:7001=pw", 3, "pw"],
    ["::1=pw", 2, "pw"],
    ["three.example=pw", 0, "three.example=pw"],
    ["=pw", 0, "=pw"],
  ];
  for (const [text, at, value] of table) assertEquals(targetValue(text, targets), { at, value }, text);
});

Deno.test("chat join --commands: a bot in two networks; invalid lines are reported and the others run", async () => {
  const [first, second] = [await serve(), await serve()];
  await using _first = first.tool;
  await using _second = second.tool;
  const [one, two] = [first.address, second.address.replace("127.0.0.1", "localhost")];
  const stdin = [
    { network: "localhost", send: "#x", text: "to two\nlines" },
    { network: "127.0.0.1", send: "#x", text: "to one", kind: "action" },
    { send: "#x", text: "nowhere" },
    { network: "127.0.0.1", raw: ["PRIVMSG", "#x\r\nQUIT", "x"] },
  ].map((command) => `${JSON.stringify(command)}\n`).join("") + "hello\n";
  const { code, stdout } = await runTool("chat", ["join", "--json", "--commands", `ann@${one}`, `amy@${two}`, "#x"], {
    stdin,
  });
  const all = events(stdout);
  const said = all.filter(({ event }) => event === "message").map(({ network, nick, text, kind }) =>
    `${network} ${nick} ${kind} ${text}`
  );
  assertEquals(said.sort(), [
    "127.0.0.1 ann action to one",
    "localhost amy message to two\nlines",
  ]);
  const rejected = all.filter(({ event }) => event === "rejected").map(({ line }) => line);
  assertEquals([rejected.map(Number).sort(), code], [[3, 4, 5], 1]);
});
