import { assert, assertEquals } from "@std/assert";
import { ByteReader, writeAll } from "../../lib/core/mod.ts";
import { maildirStore } from "../../lib/mail/store/maildir/maildir_store.ts";
import { withFolder } from "../kit/folder.ts";
import { startTool } from "../kit/tool.ts";

/** Numbers of acknowledged messages after which the sink is killed. */
const KILLED_AFTER = [7, 60];
const CLIENTS = 4;

const encoder = new TextEncoder();
const text = new TextDecoder();

/** Sends messages until the connection ends, and calls back for each that was acknowledged. */
type Client = (port: number, name: string, acknowledged: (id: string) => void) => Promise<void>;

/** Body of a message of 1 to 300 KB: a kill may come within it. */
const bodyOf = (number: number) => `${"x".repeat(70)}\r\n`.repeat(10 + (number * 7919) % 4000) + "end\r\n";

async function talk(port: number): Promise<(sent: string, wanted: RegExp) => Promise<void>> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const reader = new ByteReader(conn, "the sink");
  return async (sent, wanted) => {
    try {
      await writeAll(conn, encoder.encode(sent));
      const line = text.decode(await reader.readLine(1000) ?? undefined);
      if (!wanted.test(line)) throw new Error(line);
    } catch (error) {
      conn.close();
      throw error;
    }
  };
}

const smtp: Client = async (port, name, acknowledged) => {
  const say = await talk(port);
  await say("", /^220 /);
  await say("HELO me\r\n", /^250 /);
  for (let number = 1;; number++) {
    const id = `<${name}.${number}@x>`;
    await say("MAIL FROM:<a@x>\r\n", /^250 /);
    await say("RCPT TO:<bob@example.com>\r\n", /^250 /);
    await say("DATA\r\n", /^354 /);
    await say(`From: a@x\r\nSubject: s\r\nMessage-ID: ${id}\r\n\r\n${bodyOf(number)}.\r\n`, /^250 /);
    acknowledged(id);
  }
};

const nntp: Client = async (port, name, acknowledged) => {
  const say = await talk(port);
  await say("", /^200 /);
  for (let number = 1;; number++) {
    const id = `<${name}.${number}@x>`;
    await say("POST\r\n", /^340 /);
    const head = `From: a@x\r\nNewsgroups: misc.test\r\nSubject: s\r\nMessage-ID: ${id}\r\n`;
    await say(`${head}\r\n${bodyOf(number)}.\r\n`, /^240 /);
    acknowledged(id);
  }
};

Deno.test("mail sink --dir: kill -9 during DATA and POST loses nothing acknowledged, and leaves no part of a message", () =>
  withFolder(async (folder) => {
    const acknowledged = new Set<string>();
    for (const [round, count] of KILLED_AFTER.entries()) {
      await using tool = await startTool("mail", [
        ...["sink", "--port", "0", "--nntp", "0", "--smtp-only", "--dir", `${folder}/Maildir`],
      ]);
      const portOf = async (scheme: string) =>
        Number((await tool.stderrMatch(new RegExp(`listening on ${scheme}://127\\.0\\.0\\.1:(\\d+)\n`)))[1]);
      const ports = [await portOf("smtp"), await portOf("nntp")] as const;
      let left = count;
      const acknowledge = (id: string) => {
        acknowledged.add(id);
        if (--left === 0) tool.process.kill("SIGKILL");
      };
      await Promise.all(
        Array.from({ length: CLIENTS }, (_, i) => [
          smtp(ports[0], `smtp${round}-${i}`, acknowledge).catch(() => {}),
          nntp(ports[1], `nntp${round}-${i}`, acknowledge).catch(() => {}),
        ]).flat(),
      );
      await tool.code;
    }
    await using store = await maildirStore(`${folder}/Maildir`);
    const stored: string[] = [];
    for (const { id } of store.messages) {
      const message = text.decode(await store.read(id));
      const [, messageId = ""] = /^Message-ID: (.*)\r\n/m.exec(message) ?? [];
      assert(message.endsWith("\r\nend\r\n"), `${messageId} is cut`);
      stored.push(messageId);
    }
    assertEquals(new Set(stored).size, stored.length);
    assertEquals([...acknowledged].filter((id) => !stored.includes(id)), []);
    // Stored, and not acknowledged, can be one of each client at each kill.
    assert(stored.length <= acknowledged.size + 2 * CLIENTS * KILLED_AFTER.length, `${stored.length}`);
  }));
