import { assert, assertEquals, assertMatch } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { freeUdpPort } from "../kit/port.ts";
import { talker } from "../kit/talker.ts";
import { runTool, startTool, TARGET, toolArgs, watch } from "../kit/tool.ts";

/** Starts `udp listen` or `udp echo` on a free port of this machine, and returns its address. */
async function server(verb: "listen" | "echo", ...args: readonly string[]) {
  const tool = await startTool("udp", [verb, ...args, "0"]);
  const [, address = ""] = await tool.stderrMatch(/listening on udp:\/\/(127\.0\.0\.1:\d+)\n/);
  return { tool, address };
}

/** Returns the JSON records in lines of output. */
function records(text: string): Record<string, unknown>[] {
  return text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

/** Invalid command lines, and their error messages. */
const SENSELESS: readonly (readonly [line: string, message: RegExp])[] = [
  ["send", /ADDRESS is missing: expected HOST:PORT, \[V6\]:PORT or unix:\/path$/],
  ["send localhost", /"localhost" has no port: write localhost:PORT/],
  ["send localhost:0", /port "0" is not a number from 1 to 65535/],
  ["send localhost:70000", /port "70000" is not a number from 1 to 65535/],
  ["send 127.0.0.1:9 --data x --size 1", /--data cannot be combined with --size: --size sends a test pattern$/],
  ["send 127.0.0.1:9 --size -1", /option --size requires a value: a size up to 65507 \(IPv6: 65527\)/],
  ["send 127.0.0.1:9 --size big", /option --size: "big" is not a size; expected a size up to 65507/],
  [
    "send 127.0.0.1:9 --size 10G",
    /option --size: invalid datagram size "10G": the maximum is 212960; expected a size up to 65507/,
  ],
  [
    "send 127.0.0.1:9 --size 65508",
    /cannot send 65508 bytes to 127\.0\.0\.1:9 in a datagram: the maximum over IPv4 is 65507$/,
  ],
  ["send [::1]:9 --size 65528", /cannot send 65528 bytes to \[::1\]:9 in a datagram: the maximum over IPv6 is 65527$/],
  ["send 127.0.0.1:9 --count 3", /option --count requires --data or --size$/],
  ["send 127.0.0.1:9 --data x --count 0", /option --count: "0" is not a whole number from 1 to/],
  ["send 127.0.0.1:9 --data x --crlf", /--crlf cannot be combined with --data: --data is sent unchanged$/],
  ["send 127.0.0.1:9 --crlf --trim", /--crlf cannot be combined with --trim$/],
  ["send 127.0.0.1:9 --data x --replies 2", /option --replies requires --wait$/],
  [
    "send 127.0.0.1:9 --data x --wait soon",
    /option --wait: "soon" is not a duration; expected a number with ms, s, m or h/,
  ],
  ["send 127.0.0.1:9 --data x --wait 0s", /option --wait: invalid duration "0s": must be greater than zero/],
  ["send 127.0.0.1:9 --data x --interval 1y", /option --interval: "1y" is not a duration/],
  ["send 127.0.0.1:9 --data x --rate 0", /option --rate: .*; expected a size per second above zero/],
  [
    "send 127.0.0.1:9 --data x --from a:b:c",
    /option --from: .*; expected HOST\[:PORT\], \[V6\]\[:PORT\] or unix:\/path$/,
  ],
  ["send 127.0.0.1:9 --data x --hex --raw", /--hex cannot be combined with --raw$/],
  ["send 127.0.0.1:9 --data x -4 -6", /--ipv4 cannot be combined with --ipv6$/],
  [
    "send [::1]:9 --data x --from 127.0.0.1",
    /\[::1\]:9 cannot be reached from 127\.0\.0\.1:0: different address families$/,
  ],
  [
    "send 127.0.0.1:9 --data x --from [::1]",
    /127\.0\.0\.1:9 cannot be reached from \[::1\]:0: different address families$/,
  ],
  [
    "send 127.0.0.1:9 --data x --from unix:s",
    /127\.0\.0\.1:9 cannot be reached from unix:s: different address families$/,
  ],
  ["send 127.0.0.1:9 --join 239.1.1.1", /unknown option --join$/],
  ["listen", /ADDRESS is missing: expected \[HOST:\]PORT or unix:\/path$/],
  ["listen 65536", /port "65536" is not a number from 0 to 65535/],
  [
    "listen 0 --join 10.0.0.1",
    /option --join: "10\.0\.0\.1" is not a multicast group; expected a group of 224\.0\.0\.0\/4 or ff00::\/8/,
  ],
  [
    "listen 0 --join 239.1.1.1@eth0",
    /option --join: invalid interface in "239\.1\.1\.1@eth0": must be an IPv4 address of the interface/,
  ],
  [
    "listen 0 --join ff02::1@eth0",
    /option --join: invalid interface in "ff02::1@eth0": must be the index of the interface/,
  ],
  [
    "listen 127.0.0.1:0 --join 239.1.1.1",
    /127\.0\.0\.1:0 cannot receive from the group 239\.1\.1\.1: listen on 0\.0\.0\.0/,
  ],
  ["listen 0 --join 239.1.1.1@192.0.2.250", /cannot join 239\.1\.1\.1: no such network interface/],
  ["listen 0 --to 127.0.0.1:9", /option --to requires --reply$/],
  ["listen 0 --reply --to nowhere", /option --to: "nowhere" has no port/],
  ["listen 0 --timeout never", /option --timeout: "never" is not a duration/],
  ["listen unix:no-such-folder/s --reply", /a unix socket cannot send replies while it listens$/],
  ["echo 0 --limit 0", /option --limit: "0" is not a whole number from 1 to/],
  ["echo 0 --reply", /unknown option --reply$/],
  ["ehco 0", /unknown verb "ehco"$/],
];

for (const [line, message] of SENSELESS) {
  Deno.test(`udp ${line}: rejected in one line`, async () => {
    const { code, stdout, stderr } = await runTool("udp", line.split(" "));
    const [first = "", ...more] = stderr.trimEnd().split("\n");
    assertMatch(first, message);
    assertMatch(first, /^toucan udp: /);
    assertEquals(more.filter((line) => !line.startsWith("hint: ")), []);
    assertEquals([code, stdout], [2, ""]);
  });
}

Deno.test("udp: sends each line as a datagram, and the listener prints the peer", async () => {
  const { tool, address } = await server("listen", "--count", "4");
  await using listener = talker(tool);
  const from = `127.0.0.1:${freeUdpPort()}`;
  const sent = await runTool("udp", ["send", "--from", from, "--interval", "1ms", address], {
    stdin: "hello\n\x1b[31mred\n\nlast",
  });
  assertEquals(sent, { code: 0, stdout: "", stderr: "" });
  await listener.hears(`${from}  hello\n${from}  \\x1b[31mred\n${from}  \n${from}  last\n`);
  assertEquals(await listener.code, 0);
});

Deno.test("udp: --raw preserves bytes, --trim and --crlf change line ends", async () => {
  for (const [option, expected] of [["--trim", "ab"], ["--crlf", "a\r\nb\r\n"]] as const) {
    const { tool, address } = await server("listen", "--raw", "--count", "2");
    await using listener = talker(tool);
    await runTool("udp", ["send", option, "--interval", "1ms", address], { stdin: "a\nb\r\n" });
    await listener.hears(expected);
    assertEquals(await listener.code, 0);
  }
});

Deno.test("udp --hex: prints datagrams in both directions", async () => {
  const { tool, address } = await server("echo");
  await using _echo = tool;
  const { code, stdout } = await runTool("udp", ["send", "--hex", "--wait", "2m", "--data", "hi\x01", address]);
  const row = "00000000  68 69 01                                          |hi.|\n";
  assertEquals([code, stdout], [0, `> ${address}, 3 bytes\n> ${row}< ${address}, 3 bytes\n< ${row}`]);
});

Deno.test("udp --json: a record per datagram on both sides", async () => {
  const tool = await startTool("udp", ["echo", "--json", "--count", "2", "0"]);
  await using echo = tool;
  const heard = echo.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const listening: { url: string; address: string; port: number } = JSON.parse((await heard.read()).value ?? "");
  assertEquals(listening.url, `udp://127.0.0.1:${listening.port}`);
  const stdin = new Uint8Array([104, 105, 10, 255, 10]);
  const args = ["send", "--json", "--trim", "--wait", "2m", listening.address];
  const { code, stdout } = await runTool("udp", args, { stdin });
  const facts = records(stdout).map(({ ms, ...rest }) => (assert(typeof ms === "number"), rest));
  const peer = listening.address;
  assertEquals(facts.filter(({ event }) => event === "sent"), [
    { event: "sent", peer, size: 2, text: "hi" },
    { event: "sent", peer, size: 1, base64: "/w==" },
  ]);
  assertEquals(facts.filter(({ event }) => event === "received"), [
    { event: "received", peer, size: 2, text: "hi" },
    { event: "received", peer, size: 1, base64: "/w==" },
  ]);
  assertEquals([code, await echo.code], [0, 0]);
  let rest = "";
  for (let piece = await heard.read(); !piece.done; piece = await heard.read()) rest += piece.value;
  assertEquals(records(rest).map(({ event }) => event), ["received", "sent", "received", "sent"]);
});

Deno.test("udp --raw --json: records go to stderr", async () => {
  const { tool, address } = await server("echo");
  await using _echo = tool;
  const args = ["send", "--raw", "--json", "--wait", "2m", "--data", "\x1b", address];
  const { code, stdout, stderr } = await runTool("udp", args);
  assertEquals([code, stdout, records(stderr).map(({ event }) => event)], [0, "\x1b", ["sent", "received"]]);
});

Deno.test("udp send: without a listener it succeeds, and with --wait it reports no reply", async () => {
  const address = `127.0.0.1:${freeUdpPort()}`;
  assertEquals(await runTool("udp", ["send", "--data", "x", address]), { code: 0, stdout: "", stderr: "" });
  const waited = await runTool("udp", ["send", "--data", "x", "--wait", "200ms", address]);
  assertEquals([waited.code, waited.stdout], [4, ""]);
  assertMatch(waited.stderr, new RegExp(`^toucan udp: no reply from ${address} within 200ms\nhint: .*\n$`));
  const { code, stdout, stderr } = await runTool("udp", ["send", "--json", "--data", "x", "--wait", "200ms", address]);
  const [, last] = records(stdout);
  assertEquals([code, last?.event, last?.error, stderr], [
    4,
    "failed",
    { code: "no-reply", message: `no reply from ${address} within 200ms`, phase: "first-byte" },
    "",
  ]);
});

Deno.test("udp send: exits with 6 for missing replies, and for a line that is too long", async () => {
  const { tool, address } = await server("echo", "--count", "1");
  await using _echo = tool;
  const few = await runTool("udp", ["send", "--wait", "1500ms", "--data", "x", "--count", "3", address]);
  assertEquals([few.code, few.stderr], [6, `toucan udp: 1 of 3 replies received from ${address}\n`]);
  const stdin = `short\n${"x".repeat(65_507)}\nshort\n`;
  const { code, stdout } = await runTool("udp", ["send", "--json", `127.0.0.1:${freeUdpPort()}`], { stdin });
  const facts = records(stdout);
  assertEquals([code, facts.map(({ event, size }) => [event, size])], [6, [["sent", 6], ["failed", 65_508], [
    "sent",
    6,
  ]]]);
  assertMatch(JSON.stringify(facts[1]?.error), /^\{"code":"too-large","message":"cannot send 65508 bytes/);
});

Deno.test("udp: names and address families, and error codes of failures", async () => {
  const { tool, address } = await server("echo");
  await using _echo = tool;
  const port = address.split(":")[1];
  const args = ["send", "--json", "--data", "x", "--wait", "2m"];
  assertEquals((await runTool("udp", [...args, `localhost:${port}`])).code, 0);
  const failed = async (...more: readonly string[]) => {
    const { code, stdout } = await runTool("udp", [...args, ...more]);
    return [
      code,
      records(stdout).map(({ error }) => JSON.stringify(error)).join().replace(/^\{"code":"([^"]*).*$/, "$1"),
    ];
  };
  assertEquals(await failed("no-such-name.invalid:9"), [3, "name-not-found"]);
  assertEquals(await failed("-6", `127.0.0.1:${port}`), [3, "name-not-found"]);
  assertEquals(await failed("--from", address, `127.0.0.1:${port}`), [5, "address-in-use"]);
  const taken = await runTool("udp", ["listen", address]);
  assertEquals(taken.code, 5);
  assertMatch(taken.stderr, /^toucan udp: cannot listen on .*: address already in use\nhint: choose another port/);
});

Deno.test("udp listen --reply: sends stdin to the last peer", async () => {
  const { tool, address } = await server("listen", "--reply");
  await using host = talker(tool);
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const name = "port" in socket.addr ? `127.0.0.1:${socket.addr.port}` : "";
  await socket.send(new TextEncoder().encode("knock\n"), {
    transport: "udp",
    hostname: "127.0.0.1",
    port: Number(address.split(":")[1]),
  });
  await host.hears(`${name}  knock\n`);
  await host.say("who is there?\n");
  assertEquals(new TextDecoder().decode((await socket.receive())[0]), "who is there?\n");
  // The end of stdin is not the end of the listener.
  await host.end();
  await socket.send(new TextEncoder().encode("me"), {
    transport: "udp",
    hostname: "127.0.0.1",
    port: Number(address.split(":")[1]),
  });
  await host.hears(`${name}  me\n`);
  socket.close();
  tool.process.kill("SIGTERM");
  assertEquals(await host.code, 0);
});

Deno.test("udp listen --reply --to: sends to the given peer first, and exits after --count when all is sent", async () => {
  const port = freeUdpPort();
  const first = await startTool("udp", ["listen", "--count", "1", `${port}`]);
  await first.stderrMatch(/listening/);
  await using _first = first;
  const { code } = await runTool("udp", ["send", "--data", "", `127.0.0.1:${freeUdpPort()}`]);
  assertEquals(code, 0);
  await using second = await startTool("udp", ["listen", "--reply", "--to", `127.0.0.1:${port}`, "--json", "0"]);
  const writer = second.process.stdin.getWriter();
  await writer.write(new TextEncoder().encode("first word\n"));
  await writer.close();
  assertMatch(await new Response(first.process.stdout).text(), /^127\.0\.0\.1:\d+ {2}first word\n$/);
  second.process.kill("SIGINT");
  assertEquals(await second.code, 0);
});

Deno.test("udp: exit codes 4 at --timeout, 0 of a listener at a signal, 130 of a waiting sender", async () => {
  const late = await runTool("udp", ["listen", "--timeout", "200ms", "0"]);
  assertEquals(late.code, 4);
  assertMatch(late.stderr, /\ntoucan udp: no datagram to 127\.0\.0\.1:\d+ within 200ms\n$/);
  const { tool } = await server("echo");
  await using echo = tool;
  echo.process.kill("SIGTERM");
  assertEquals(await echo.code, 0);
  assertMatch(echo.stderr(), /\n0 sent, 0 ignored\n$/);
  await using waiting = await startTool("udp", ["send", "--trace", "--data", "x", "--wait", "60s", "127.0.0.1:9"]);
  await waiting.stderrMatch(/> \[127\.0\.0\.1:9\] x/);
  waiting.process.kill("SIGINT");
  assertEquals(await waiting.code, 130);
});

Deno.test("udp listen: exits silently when stdout is closed", async () => {
  for (const options of [["--raw"], []]) {
    const { tool, address } = await server("listen", ...options);
    await using listener = tool;
    await listener.process.stdout.cancel();
    await runTool("udp", ["send", "--data", "x", address]);
    assertEquals(await listener.code, 141);
    assertEquals(listener.stderr(), `listening on udp://${address}\n`);
  }
});

Deno.test(
  "udp: unix datagrams on both sides, and the socket files are removed",
  { ignore: Deno.build.os === "windows" },
  () =>
    withFolder(async (folder) => {
      const address = `unix:${folder}/s`;
      await using echo = await startTool("udp", ["echo", "--json", address]);
      const heard = echo.process.stdout.pipeThrough(new TextDecoderStream()).getReader();
      assertEquals(JSON.parse((await heard.read()).value ?? "").url, address);
      const { code, stdout } = await runTool("udp", ["send", "--wait", "2m", "--data", "local", address]);
      assertEquals([code, stdout], [0, `${address}  local\n`]);
      echo.process.kill("SIGTERM");
      assertEquals(await echo.code, 0);
      await heard.cancel();
      assertEquals([...Deno.readDirSync(folder)], []);
    }),
);

Deno.test("udp: errors for a path in use and a missing folder", {
  ignore: Deno.build.os === "windows",
}, () =>
  withFolder(async (folder) => {
    const path = `unix:${folder}/taken`;
    await Deno.writeTextFile(`${folder}/taken`, "left");
    for (const verb of ["listen", "echo"]) {
      const { code, stderr } = await runTool("udp", [verb, path]);
      assertEquals([code, stderr], [
        5,
        `toucan udp: cannot listen on ${path}: a file that is not a socket has this path\n` +
        "hint: choose another path, or remove the file\n",
      ]);
    }
    const { code, stderr } = await runTool("udp", ["send", "--data", "x", `unix:${folder}/none/s`]);
    assertEquals(code, 5);
    assertMatch(stderr, /^toucan udp: cannot send from unix:\S+\/none\/s\.[0-9a-f]{8}: no such file or directory\n$/);
    assertEquals(await Deno.readTextFile(`${folder}/taken`), "left");
  }));

Deno.test("udp: exits with 5 without a permission or --unstable-net, and names it", {
  ignore: TARGET === "executable",
}, async () => {
  const { code, stderr } = await runTool("udp", ["send", "--data", "x", "127.0.0.1:9"], {
    flags: ["--allow-env=TOUCAN_*"],
  });
  assertEquals(code, 5);
  assertMatch(stderr, /^toucan udp: cannot .*: the net permission is missing\nhint: this run lacks --allow-net\n$/);
  const unix = await runTool("udp", ["listen", "unix:/tmp/no/such"], { flags: ["--allow-net"] });
  assertEquals(unix.code, 5);
  assertMatch(unix.stderr, /the (?:read|write) permission is missing/);
});

Deno.test("udp listen: a signal stops it while stdout is not read", async () => {
  await Promise.all(["--raw", "--hex", "--trace"].map(async (option) => {
    const { tool, address } = await server("listen", option);
    await using listener = tool;
    // More than a pipe holds; it is not read.
    const args = ["send", "--size", "4k", "--count", "200", "--rate", "8M/s", address];
    assertEquals((await runTool("udp", args)).code, 0);
    listener.process.kill("SIGTERM");
    assertEquals(await listener.code, 0);
  }));
});

Deno.test(
  "udp listen: a full disk under stdout is reported in one line",
  { ignore: Deno.build.os !== "linux" },
  async () => {
    const { program, args } = await toolArgs("udp", ["listen", "0"]);
    const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    const script = ["-c", 'exec "$@" > /dev/full', "sh", program, ...args];
    await using listener = watch(new Deno.Command("sh", { args: script, ...piped }).spawn());
    const [, address = ""] = await listener.stderrMatch(/listening on udp:\/\/(.*)\n/);
    await runTool("udp", ["send", "--data", "x", address]);
    assertEquals(await listener.code, 5);
    assertMatch(listener.stderr(), /\ntoucan udp: cannot write to stdout: no space left on the device\n$/);
  },
);
