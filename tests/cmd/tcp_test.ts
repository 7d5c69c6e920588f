import { assert, assertEquals, assertMatch } from "@std/assert";
import { makeCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { talker } from "../kit/talker.ts";
import { runTool, startTool, toolArgs, watch } from "../kit/tool.ts";

/** Starts `tcp listen` on a free port of this machine, and returns its address. */
async function listener(...args: readonly string[]) {
  const tool = await startTool("tcp", ["listen", ...args, "0"]);
  const [, address = ""] = await tool.stderrMatch(/(?:listening on t(?:cp|ls):\/\/|"address":")(127\.0\.0\.1:\d+)/);
  return { tool, address };
}

/** Returns the JSON records in lines of output. */
function records(text: string): Record<string, unknown>[] {
  return text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

Deno.test("tcp: data is forwarded between connect and listen in both directions", async () => {
  const { tool, address } = await listener();
  await using server = talker(tool);
  await using client = talker(await startTool("tcp", ["connect", address]));
  await client.say("hello\n");
  await server.hears("hello\n");
  await server.say("well met\n");
  await client.hears("well met\n");
  await client.end();
  await server.say("bye\n");
  await client.hears("bye\n");
  await server.end();
  await Promise.all([client.hearsEnd(), server.hearsEnd()]);
  assertEquals([await client.code, await server.code], [0, 0]);
});

Deno.test("tcp --json: records go to stderr while stdout carries data", async () => {
  await using tool = await startTool("tcp", ["listen", "--json", "127.0.0.1:0"]);
  const [line] = await tool.stderrMatch(/\{"event":"listening".*\}/);
  const listening: { url: string; address: string; port: number } = JSON.parse(line);
  assertEquals(listening.url, `tcp://127.0.0.1:${listening.port}`);
  const served = talker(tool);
  await served.say("four");
  await served.end();
  const client = await runTool("tcp", ["connect", "--json", listening.address], { stdin: "seven77" });
  await served.hears("seven77");
  assertEquals([client.code, await served.code, client.stdout], [0, 0, "four"]);
  const [ours] = records(client.stderr);
  const [, theirs] = records(tool.stderr());
  assertEquals([ours?.event, ours?.peer, ours?.bytesOut, ours?.bytesIn, ours?.ended], [
    "connection",
    listening.address,
    7,
    4,
    "done",
  ]);
  assertEquals([theirs?.peer, theirs?.bytesOut, theirs?.bytesIn, theirs?.ended], [ours?.local, 4, 7, "done"]);
  assert(typeof ours?.ms === "number");
});

Deno.test("tcp --json: error records go to stderr while stdout carries data", async () => {
  const failing: readonly (readonly [args: readonly string[], code: number, error: string])[] = [
    [["connect", "--tls", "--cacert", "no/such.pem", "127.0.0.1:1"], 5, "file-not-found"],
    [["connect", "--dump", "no/such/dump", "127.0.0.1:1"], 5, "file-not-found"],
    [["listen", "--tls", "--cert", "no/such.pem", "--key", "no/such.pem", "0"], 5, "file-not-found"],
    [["listen", "--timeout", "50ms", "0"], 4, "timeout"],
    [["listen", "-6", "127.0.0.1:0"], 3, "name-not-found"],
    [["listen", "no-such-name.invalid:0"], 3, "name-not-found"],
    [["listen", `unix:/tmp/${"x".repeat(200)}`], 5, "name-too-long"],
  ];
  for (const [[verb = "", ...args], code, error] of failing) {
    const result = await runTool("tcp", [verb, "--json", ...args]);
    const last: { error?: { code: string } } | undefined = records(result.stderr).at(-1);
    assertEquals([result.code, result.stdout, last?.error?.code], [code, "", error], args.join(" "));
  }
});

Deno.test("tcp listen --key: an invalid key, or one of another certificate, is a usage error", () =>
  withFolder(async (folder) => {
    const [one, other] = await Promise.all([makeCertificate(), makeCertificate()]);
    await Deno.writeTextFile(`${folder}/cert.pem`, one.cert);
    await Deno.writeTextFile(`${folder}/other.pem`, other.key);
    const start = async (key: string) => {
      const args = ["listen", "--json", "--tls", "--cert", `${folder}/cert.pem`, "--key", `${folder}/${key}`, "0"];
      const { code, stderr } = await runTool("tcp", args);
      const [record]: { error?: { code: string } }[] = records(stderr);
      return [code, record?.error?.code];
    };
    assertEquals(await start("other.pem"), [5, "tls-key-mismatch"]);
    assertEquals(await start("cert.pem"), [5, "tls-bad-key"]);
  }));

Deno.test("tcp --send-only and --receive-only exit at the end of their direction", async () => {
  const { tool, address } = await listener("--receive-only");
  await using server = talker(tool);
  // Stdin of both sides stays open, and that of the server is not read.
  await server.say("unheard");
  const client = await runTool("tcp", ["connect", "--send-only", address], { stdin: "all there is" });
  await server.hears("all there is");
  await server.hearsEnd();
  assertEquals([client.code, client.stdout, await server.code], [0, "", 0]);
});

Deno.test("tcp --send-only --json: records go to stdout", async () => {
  const { tool, address } = await listener("--receive-only");
  await using _server = tool;
  const client = await runTool("tcp", ["connect", "--send-only", "--json", address], { stdin: "x" });
  assertEquals([records(client.stdout)[0]?.bytesOut, client.stderr], [1, ""]);
});

Deno.test("tcp --crlf, --hex, --dump and --trace print the data", () =>
  withFolder(async (folder) => {
    const dump = `${folder}/dump.txt`;
    const { tool, address } = await listener("--hex");
    await using server = tool;
    const seen = new Response(server.process.stdout).text();
    await server.process.stdin.close();
    const args = ["connect", "--crlf", "--dump", dump, "--trace", address];
    const client = await runTool("tcp", args, { stdin: "a\nb\r\n" });
    const row = "00000000  61 0d 0a 62 0d 0a                                 |a..b..|\n";
    assertEquals(await seen, `< ${row}`);
    assertMatch(await Deno.readTextFile(dump), /^# \d{4}-.*\n> 00000000 {2}61 0d 0a 62 0d 0a .*\n$/);
    assertMatch(client.stderr, /^\+\d+\.\dms \* connecting to .*\n\+\d+\.\dms \* connected to 127\.0\.0\.1:\d+\n/);
    assertEquals([client.code, await server.code], [0, 0]);
  }));

/** Starts `tcp listen` by a line of shell that ends in `"$@"`. */
async function shellListener(script: string, ...words: readonly string[]) {
  const { program, args } = await toolArgs("tcp", ["listen", ...words, "0"]);
  const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const tool = watch(new Deno.Command("sh", { args: ["-c", script, "sh", program, ...args], ...piped }).spawn());
  const [, address = ""] = await tool.stderrMatch(/listening on tcp:\/\/(.*)\n/);
  return { tool, address };
}

Deno.test("tcp: a full disk under stdout is reported in one line", { ignore: Deno.build.os !== "linux" }, async () => {
  const { tool, address } = await shellListener('exec "$@" > /dev/full');
  await using server = tool;
  await runTool("tcp", ["connect", address], { stdin: "x" });
  assertEquals(await server.code, 5);
  assertMatch(server.stderr(), /\ntoucan tcp: cannot write to stdout: no space left on the device\n$/);
});

Deno.test(
  "tcp --dump: a full disk under the file is reported in one line",
  { ignore: Deno.build.os !== "linux" },
  () =>
    withFolder(async (folder) => {
      const script = `trap "" XFSZ; ulimit -f 8; exec "$@"`;
      const { tool, address } = await shellListener(script, "--dump", `${folder}/dump.txt`);
      await using server = tool;
      await runTool("tcp", ["connect", address], { stdin: "x".repeat(100_000) });
      assertEquals(await server.code, 5);
      assertMatch(server.stderr(), /\ntoucan tcp: cannot write to .*dump\.txt: the file would be too large\n$/);
    }),
);

Deno.test("tcp --dump: a device is rejected", { ignore: Deno.build.os !== "linux" }, async () => {
  const { code, stderr } = await runTool("tcp", ["listen", "--dump", "/dev/full", "0"]);
  assertEquals([code, stderr], [
    5,
    "toucan tcp: cannot write to /dev/full: the sandbox permits ordinary files only\nhint: use a regular file\n",
  ]);
});

Deno.test("tcp: exits silently when stdout is closed", async () => {
  const { tool, address } = await listener();
  await using server = tool;
  await server.process.stdout.cancel();
  await using client = talker(await startTool("tcp", ["connect", address]));
  await client.say("x");
  assertEquals(await server.code, 141);
  assertEquals(server.stderr(), `listening on tcp://${address}\n`);
});

Deno.test("tcp --idle and --timeout: exit with 4 and name the timeout", async () => {
  const { tool, address } = await listener("--timeout", "200ms");
  await using server = tool;
  assertEquals(await server.code, 4);
  assertMatch(server.stderr(), new RegExp(`toucan tcp: no client connected to ${address} within 200ms\n`));
  const second = await listener();
  await using _second = second.tool;
  await using client = await startTool("tcp", ["connect", "--idle", "200ms", "--json", second.address]);
  assertEquals(await client.code, 4);
  assertEquals(records(client.stderr())[0]?.ended, "idle");
});

Deno.test("tcp listen --keep: serves successive clients until it is stopped", async () => {
  const { tool, address } = await listener("--keep", "--json");
  await using server = tool;
  const heard = new Response(server.process.stdout).text();
  await server.process.stdin.close();
  for (const word of ["one ", "two ", "three"]) {
    assertEquals((await runTool("tcp", ["connect", address], { stdin: word })).code, 0);
  }
  await server.stderrMatch(/(?:\{"event":"connection".*\n){3}/);
  server.process.kill("SIGTERM");
  assertEquals([await heard, await server.code], ["one two three", 0]);
});

Deno.test("tcp listen: a second signal stops it at once, with exit code 0", async () => {
  const { tool, address } = await listener("--keep", "--trace");
  await using server = tool;
  await using _client = await startTool("tcp", ["connect", address]);
  await tool.stderrMatch(/has connected/);
  server.process.kill("SIGTERM");
  // The listener is gone before the connection is.
  while ((await runTool("tcp", ["connect", address])).code !== 3);
  server.process.kill("SIGTERM");
  assertEquals(await server.code, 0);
});

Deno.test("tcp listen --keep --broadcast: relays the data of each client to all others", async () => {
  const { tool, address } = await listener("--keep", "--broadcast", "--trace", "--max-connections", "2");
  await using host = talker(tool);
  await using one = talker(await startTool("tcp", ["connect", address]));
  await using two = talker(await startTool("tcp", ["connect", address]));
  await tool.stderrMatch(/(?:has connected[^]*){2}/);
  await one.say("from one\n");
  await Promise.all([host.hears("from one\n"), two.hears("from one\n")]);
  await host.say("from the host\n");
  await Promise.all([one.hears("from the host\n"), two.hears("from the host\n")]);
  // A third client is one too many.
  const third = await runTool("tcp", ["connect", "--receive-only", address]);
  assertEquals([third.code, third.stdout], [0, ""]);
  tool.process.kill("SIGINT");
  await Promise.all([one.end(), two.end()]);
  await Promise.all([one.hearsEnd(), two.hearsEnd()]);
  assertEquals([await host.code, await one.code, await two.code], [0, 0, 0]);
});

Deno.test("tcp --tls: a certificate created in memory, and its pin", async () => {
  const { tool, address } = await listener("--tls", "--alpn", "h2,echo", "--json");
  await using server = talker(tool);
  const { pin }: { pin: string } = JSON.parse(tool.stderr());
  const args = ["connect", "--tls", "--pin", pin, "--alpn", "echo", "--json", address];
  const [client] = await Promise.all([
    runTool("tcp", args, { stdin: "sealed" }),
    server.hears("sealed").then(() => server.end()),
  ]);
  assertEquals([client.code, records(client.stderr)[0]?.alpn, await server.code], [0, "echo", 0]);
});

Deno.test("tcp: a unix socket on both sides; the listener removes its file", {
  ignore: Deno.build.os === "windows",
}, () =>
  withFolder(async (folder) => {
    const address = `unix:${folder}/s`;
    await using tool = await startTool("tcp", ["listen", address]);
    await tool.stderrMatch(/listening on unix:/);
    await using server = talker(tool);
    await server.end();
    assertEquals((await runTool("tcp", ["connect", address], { stdin: "local" })).code, 0);
    await server.hears("local");
    assertEquals([await server.code, [...Deno.readDirSync(folder)]], [0, []]);
  }));

Deno.test("tcp: a port in use, and a signal during a connection", async () => {
  const { tool, address } = await listener("--keep");
  await using server = tool;
  const second = await runTool("tcp", ["listen", address]);
  assertEquals(second.code, 5);
  assertMatch(second.stderr, /cannot listen on .*: address already in use\nhint: choose another port/);
  await using client = await startTool("tcp", ["connect", "--trace", address]);
  await client.stderrMatch(/connected to/);
  client.process.kill("SIGINT");
  assertEquals(await client.code, 130);
  server.process.kill("SIGTERM");
  assertEquals(await server.code, 0);
});
