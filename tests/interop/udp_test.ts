import { assertEquals, assertMatch } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { freeUdpPort, untilBound } from "../kit/port.ts";
import { peer, talker } from "../kit/talker.ts";
import { runTool, startTool } from "../kit/tool.ts";
import { until } from "../kit/wait.ts";

/** Our server, told what to do, and where it is. */
async function ours(verb: "listen" | "echo", ...args: readonly string[]) {
  const tool = await startTool("udp", [verb, ...args]);
  const [, address = ""] = await tool.stderrMatch(/listening on (?:udp:\/\/)?(.*)\n/);
  return { tool, address, port: Number(address.split(":").at(-1)) };
}

const LOOPBACKS = [["UDP4", "127.0.0.1"], ["UDP6", "[::1]"]] as const;

for (const [way, host] of LOOPBACKS) {
  peerTest(`our listen from socat ${way}-SENDTO, and our reply to it`, ["socat"], async () => {
    const { tool, port } = await ours("listen", "--reply", `${host}:0`);
    await using listener = talker(tool);
    const from = freeUdpPort(host.replace(/[[\]]/g, ""));
    await using socat = peer("socat", ["STDIO", `${way}-SENDTO:${host}:${port},bind=${host}:${from}`]);
    await socat.say("from socat\n");
    await listener.hears(`${host}:${from}  from socat\n`);
    await listener.say("from us\n");
    await socat.hears("from us\n");
  });

  peerTest(`our send to socat ${way}-RECVFROM, which replies`, ["socat"], async () => {
    const port = freeUdpPort(host.replace(/[[\]]/g, ""));
    const family = way === "UDP4" ? "" : ",ipv6only=0";
    await using _socat = peer("socat", [`${way}-RECVFROM:${port},bind=${host}${family},fork`, "SYSTEM:tr a-z A-Z"]);
    await untilBound(port);
    const { code, stdout, stderr } = await runTool("udp", [
      "send",
      "--wait",
      "10s",
      "--data",
      "shout",
      `${host}:${port}`,
    ]);
    assertEquals([code, stdout], [0, `${host}:${port}  SHOUT\n`], stderr);
  });
}

peerTest("our send and socat's receiver: one datagram, one line, bytes as they are", ["socat"], async () => {
  const port = freeUdpPort();
  await using socat = peer("socat", ["-u", `UDP4-RECV:${port},bind=127.0.0.1`, "STDOUT"]);
  await untilBound(port);
  const sent = await runTool("udp", ["send", "--crlf", "--interval", "1ms", `127.0.0.1:${port}`], {
    stdin: "one\ntwo\n",
  });
  assertEquals(sent.code, 0);
  await socat.hears("one\r\ntwo\r\n");
});

peerTest("our echo answers socat", ["socat"], async () => {
  const { tool, port } = await ours("echo", "0");
  await using _echo = tool;
  await using socat = peer("socat", ["STDIO", `UDP4:127.0.0.1:${port}`]);
  await socat.say("there and back\n");
  await socat.hears("there and back\n");
});

peerTest("our echo does not answer socat on its own port number", ["socat"], async () => {
  const { tool, port } = await ours("echo", "--trace", "0");
  await using echo = tool;
  await using socat = peer("socat", ["STDIO", `UDP4-SENDTO:127.0.0.1:${port},bind=127.0.0.2:${port}`]);
  await socat.say("loop\n");
  await echo.stderrMatch(new RegExp(`ignored a datagram of 5 bytes: the source port is the port of this server`));
  await using other = peer("socat", ["STDIO", `UDP4:127.0.0.1:${port}`]);
  await other.say("no loop\n");
  await other.hears("no loop\n");
});

peerTest("nc -u is two-way with our listen", ["nc"], async () => {
  const { tool, port } = await ours("listen", "--raw", "--reply", "0");
  await using listener = talker(tool);
  await using nc = peer("nc", ["-u", "127.0.0.1", `${port}`]);
  await nc.say("from nc\n");
  await listener.hears("from nc\n");
  await listener.say("from us\n");
  await nc.hears("from us\n");
  await nc.say("again\n");
  await listener.hears("again\n");
});

peerTest("our send is heard by nc -u -l, and its reply by us", ["nc"], async () => {
  const port = freeUdpPort();
  await using nc = peer("nc", ["-u", "-l", "127.0.0.1", `${port}`]);
  await untilBound(port);
  const sending = await startTool("udp", ["send", "--raw", "--wait", "2m", "--data", "to nc\n", `127.0.0.1:${port}`]);
  await using us = talker(sending);
  await nc.hears("to nc\n");
  await nc.say("from nc\n");
  await us.hears("from nc\n");
  assertEquals(await us.code, 0, sending.stderr());
});

const GROUP = "239.255.77.2";

peerTest("our listen hears socat on a multicast group, and socat hears our send", ["socat"], async () => {
  const { tool, port } = await ours("listen", "--join", `${GROUP}@127.0.0.1`, "--count", "1", "0");
  await using listener = tool;
  await using socat = peer("socat", [
    "STDIO",
    `UDP4-DATAGRAM:${GROUP}:${port},bind=127.0.0.1,ip-multicast-if=127.0.0.1`,
  ]);
  await socat.say("to all\n");
  assertMatch(await new Response(listener.process.stdout).text(), /^127\.0\.0\.1:\d+ {2}to all\n$/);
  const other = freeUdpPort();
  const join = `ip-add-membership=${GROUP}:127.0.0.1`;
  await using receiver = peer("socat", ["-u", `UDP4-RECV:${other},bind=${GROUP},${join}`, "STDOUT"]);
  await untilBound(other);
  const sent = await runTool("udp", ["send", "--from", "127.0.0.1", "--data", "from us\n", `${GROUP}:${other}`]);
  assertEquals(sent.code, 0, sent.stderr);
  await receiver.hears("from us\n");
});

peerTest("our send broadcasts to socat, which replies from an address of its own", ["socat"], async () => {
  const port = freeUdpPort();
  await using _socat = peer("socat", [`UDP4-RECVFROM:${port},fork`, "SYSTEM:echo here"]);
  await untilBound(port);
  // Several, since one may be lost while the peer makes a process of its own for it.
  const often = ["--count", "5", "--interval", "200ms"];
  const args = ["send", "--wait", "2m", "--replies", "1", ...often, "--data", "x", `127.255.255.255:${port}`];
  const { code, stdout, stderr } = await runTool("udp", args);
  assertEquals(code, 0, stderr);
  assertMatch(stdout, new RegExp(`^(?:127\\.\\d+\\.\\d+\\.\\d+:${port}  here\n)+$`));
});

peerTest(
  "unix datagrams: our listen from socat, our send to socat, our echo for socat",
  ["socat"],
  () =>
    withFolder(async (folder) => {
      const { tool } = await ours("listen", "--count", "1", `unix:${folder}/ours`);
      await using listener = talker(tool);
      await using client = peer("socat", ["-u", "STDIN", `UNIX-SENDTO:${folder}/ours`]);
      await client.say("from socat\n");
      await listener.hears("unix:(unnamed)  from socat\n");
      const echo = await ours("echo", `unix:${folder}/echo`);
      await using _echo = echo.tool;
      await using other = peer("socat", ["STDIO", `UNIX-SENDTO:${folder}/echo,bind=${folder}/client`]);
      await other.say("there and back\n");
      await other.hears("there and back\n");
      await using _theirs = peer("socat", [`UNIX-RECVFROM:${folder}/theirs,fork`, "SYSTEM:tr a-z A-Z"]);
      await until("its socket", () => Deno.stat(`${folder}/theirs`).then(() => true, () => false));
      const args = ["send", "--wait", "2m", "--data", "shout", `unix:${folder}/theirs`];
      const { code, stdout, stderr } = await runTool("udp", args);
      assertEquals([code, stdout], [0, `unix:${folder}/theirs  SHOUT\n`], stderr);
    }),
);
