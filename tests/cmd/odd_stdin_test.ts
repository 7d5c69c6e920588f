import { assertEquals, assertMatch } from "@std/assert";
import { mailSink } from "../../lib/mail/mod.ts";
import { serveChat } from "../../lib/chat/mod.ts";
import { toolArgs } from "../kit/tool.ts";

const MAIL = ["--tls", "none", "-f", "a@example.com", "--to", "b@example.com"];

/** Address to which the verbs connect. */
interface Peers {
  readonly tcp: number;
  readonly irc: string;
  readonly smtp: string;
}

/** Every verb that reads stdin. */
const READERS: readonly (readonly [tool: string, args: (peers: Peers) => readonly string[]])[] = [
  ["url", () => []],
  ["resolve", () => []],
  ["get", () => []],
  ["tcp", ({ tcp }) => ["connect", `127.0.0.1:${tcp}`]],
  ["udp", ({ tcp }) => ["send", `127.0.0.1:${tcp}`]],
  ["udp", ({ tcp }) => ["listen", "--reply", "--to", `127.0.0.1:${tcp}`, "0"]],
  ["chat", ({ irc }) => ["join", irc]],
  ["mail", ({ smtp }) => ["send", "-S", smtp, ...MAIL]],
  ["mail", ({ smtp }) => ["send", "--batch", "-S", smtp, ...MAIL]],
];

for (const [tool, args] of READERS) {
  const name = args({ tcp: 0, irc: "", smtp: "" }).filter((word) => /^(?:--)?[a-z]+$/.test(word)).slice(0, 2).join(" ");

  Deno.test(`${tool} ${name}: a folder as stdin is a system error`, async () => {
    await using chat = serveChat({ transport: "ip", host: "127.0.0.1", port: 0 }, {});
    await using sink = await mailSink({ host: "127.0.0.1", port: 0 });
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted = (async () => {
      for await (const conn of listener) conn.close();
    })();
    accepted.catch(() => {});
    const peers = { tcp: (listener.addr as Deno.NetAddr).port, irc: chat.address, smtp: sink.address };
    const { program, args: words } = await toolArgs(tool, args(peers));
    const script = `"$@" < /`;
    const { code, stderr } = await new Deno.Command("sh", { args: ["-c", script, "sh", program, ...words] }).output();
    assertMatch(
      new TextDecoder().decode(stderr),
      new RegExp(`^toucan ${tool}: cannot read stdin: is a directory$`, "m"),
    );
    assertEquals(code, 5);
  });
}
