import { assert, assertEquals, assertMatch } from "@std/assert";
import { freeUdpPort, untilBound } from "../kit/port.ts";
import { runTool, startTool, toolArgs, watch } from "../kit/tool.ts";
import { until } from "../kit/wait.ts";

/** Sends datagrams at once, faster than a program can print them. */
async function burst(port: number, texts: readonly string[]): Promise<void> {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const to = { transport: "udp", hostname: "127.0.0.1", port } as const;
  for (const text of texts) await socket.send(new TextEncoder().encode(text), to);
  socket.close();
}

/** The row of a port in `/proc/net/udp`, as fields. */
function socketRow(port: number): readonly string[] {
  const end = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = Deno.readTextFileSync("/proc/net/udp").split("\n").map((line) => line.trim().split(/\s+/));
  return rows.find((fields) => fields[1]?.endsWith(end)) ?? [];
}

// Fits into the buffer of the kernel, so that none is lost on a slow machine.
const TEXTS = Array.from({ length: 200 }, (_, i) => `${i}`.padEnd(100, "."));

for (
  const [form, told] of [
    [[], (text: string) => new RegExp(`^127\\.0\\.0\\.1:\\d+ {2}${text}$`)],
    [["--json"], (text: string) => new RegExp(`^\\{"event":"received",.*"text":"${text}","ms":[\\d.]+\\}$`)],
    [["--hex"], (text: string) => new RegExp(`^< 00000000 .* \\|${text.slice(0, 16)}\\|$`)],
    [["--raw"], (text: string) => new RegExp(`^${text}$`)],
    [["--join", "239.255.7.7"], (text: string) => new RegExp(`^127\\.0\\.0\\.1:\\d+ {2}${text}$`)],
  ] as const
) {
  Deno.test(`udp listen ${form.join(" ")}: prints a burst completely and in order, and exits after --count`, async () => {
    const port = freeUdpPort();
    const address = form[0] === "--join" ? `0.0.0.0:${port}` : `${port}`;
    await using listener = await startTool("udp", ["listen", ...form, "--count", "200", address]);
    const lines = new Response(listener.process.stdout).text();
    await untilBound(port);
    await burst(port, form[0] === "--raw" ? TEXTS.map((text) => `${text}\n`) : TEXTS);
    assertEquals(await listener.code, 0);
    const shown = (await lines).trimEnd().split("\n").filter((line) => !/^< (?!00000000)|"listening"/.test(line));
    assertEquals(shown.length, 200);
    for (const [i, text] of TEXTS.entries()) assertMatch(shown[i] ?? "", told(text));
  });
}

Deno.test("udp listen --stats: prints the drops of the kernel from the table on stdin", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const port = freeUdpPort();
  const { program, args } = await toolArgs("udp", ["listen", "--stats", "--json", `${port}`]);
  const script = ["-c", 'exec "$@" < /proc/net/udp', "sh", program, ...args];
  const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  await using listener = watch(new Deno.Command("sh", { args: script, ...piped }).spawn());
  const lines = new Response(listener.process.stdout).text();
  await untilBound(port);
  // While it is stopped the buffer overflows.
  listener.process.kill("SIGSTOP");
  const texts = Array.from({ length: 1000 }, (_, i) => `${i}`.padEnd(1000, "."));
  await burst(port, texts);
  listener.process.kill("SIGCONT");
  await until("an empty buffer", () => socketRow(port)[4]?.endsWith(":00000000") === true);
  listener.process.kill("SIGTERM");
  assertEquals(await listener.code, 0);
  const { received, printed, dropped, kernelDropped } = JSON.parse((await lines).trimEnd().split("\n").at(-1) ?? "");
  assertEquals([printed, dropped, received + kernelDropped], [received, 0, 1000]);
  assert(kernelDropped > 100 && received > 10, `${received} received, ${kernelDropped} dropped`);
});

Deno.test("udp listen --stats: without the table, the drops of the kernel are unknown and no permission is requested", async () => {
  const port = freeUdpPort();
  await using listener = await startTool("udp", ["listen", "--stats", "--count", "3", `${port}`]);
  await untilBound(port);
  await burst(port, ["a", "b", "c"]);
  assertEquals(await listener.code, 0);
  assertMatch(listener.stderr(), /\nreceived 3, printed 3, dropped here 0, dropped by the kernel unknown\n$/);
});

Deno.test("udp listen --stats: prints the statistics at --timeout", async () => {
  const { code, stderr } = await runTool("udp", ["listen", "--stats", "--timeout", "10ms", "0"]);
  assertEquals(code, 4);
  assertMatch(stderr, /\nreceived 0, printed 0, dropped here 0, .*\ntoucan udp: no datagram to .* within 10ms\n$/);
});

Deno.test("udp send --data: several values are sent as one datagram each, in order", async () => {
  const port = freeUdpPort();
  await using listener = await startTool("udp", ["listen", "--raw", "--count", "6", `${port}`]);
  const heard = new Response(listener.process.stdout).text();
  await untilBound(port);
  const args = [
    "send",
    "--json",
    "--count",
    "2",
    "--data",
    "one",
    "--data",
    "",
    "--data",
    "three",
    `127.0.0.1:${port}`,
  ];
  const { code, stdout } = await runTool("udp", args);
  const texts = stdout.trimEnd().split("\n").map((line) => JSON.parse(line).text);
  assertEquals([code, texts], [0, ["one", "", "three", "one", "", "three"]]);
  assertEquals([await listener.code, await heard], [0, "onethreeonethree"]);
});
