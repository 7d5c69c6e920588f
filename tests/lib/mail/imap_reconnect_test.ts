import { assertEquals, assertRejects } from "@std/assert";
import { formatAddress, ToucanError } from "../../../lib/core/mod.ts";
import { connectImap } from "../../../lib/mail/imap/client/connect.ts";
import { ImapSource } from "../../../lib/mail/imap/client/source.ts";
import { type MailSourceEvent, openMailSource, readArrivals } from "../../../lib/mail/mod.ts";
import { IMAP_CAPABILITIES, scriptedImap } from "../../kit/scripted_imap.ts";

const PLAIN = { tls: "none", auth: { user: "ada", secret: "word", withoutTls: true } } as const;

Deno.test("imap source: arrivals go on after a loss, nothing twice and nothing missed", async () => {
  const mails: Record<number, string> = { 7: "Subject: 7\r\n\r\n" };
  const says = (uid: number) => {
    mails[uid] = `Subject: ${uid}\r\n\r\n${uid}\r\n`;
  };
  let idles = 0;
  let greetings = 0;
  let cut = false;
  await using server = scriptedImap({
    mails,
    changes: {
      greeting: (wire) => {
        // It comes back with the second attempt.
        if (++greetings === 2) return wire.say("* BYE restarting\r\n").then(() => wire.close());
        if (greetings === 3) return wire.close();
        return wire.say(`* OK [CAPABILITY ${IMAP_CAPABILITIES}] ready\r\n`);
      },
      EXAMINE: (wire, tag) =>
        wire.say(
          `* ${
            Object.keys(mails).length
          } EXISTS\r\n* OK [UIDVALIDITY 3] ok\r\n* OK [UIDNEXT 8] ok\r\n${tag} OK done\r\n`,
        ),
      IDLE: async (wire, tag) => {
        idles++;
        await wire.say("+ idling\r\n");
        if (idles === 1) {
          says(8);
          await wire.say("* 2 EXISTS\r\n");
        } else if (idles === 2) {
          // Two arrive while the connection is lost.
          says(9);
          says(10);
          return wire.close();
        }
        if (await wire.line() === "DONE") await wire.say(`${tag} OK done\r\n`);
      },
      "UID FETCH": async (wire, tag, rest) => {
        const uids = Object.keys(mails).map(Number).filter((uid) =>
          new RegExp(`\\b${uid}\\b|:`).test(rest.split(" ")[2] ?? "")
        );
        if (/BODY/.test(rest)) {
          const [uid = 0] = uids;
          const body = mails[uid] ?? "";
          if (uid === 9 && !cut) {
            cut = true;
            await wire.say(`* 1 FETCH (UID 9 BODY[] {${body.length}}\r\nSubj`);
            return wire.close();
          }
          return wire.say(`* 1 FETCH (UID ${uid} BODY[] {${body.length}}\r\n${body})\r\n${tag} OK done\r\n`);
        }
        const lines = uids.filter((uid) => uid > 7).map((uid, i) =>
          `* ${i + 2} FETCH (UID ${uid} RFC822.SIZE ${mails[uid]?.length} FLAGS ())\r\n`
        );
        await wire.say(`${lines.join("")}${tag} OK done\r\n`);
      },
    },
  });
  const events: string[] = [];
  const notify = (event: MailSourceEvent) =>
    void events.push(event.kind === "lost" ? `${event.error.code} ${event.wait}` : event.kind);
  const options = { ...PLAIN, reconnect: { notify, delay: 1 } };
  await using source = await openMailSource(`imap://${formatAddress(server.address)}`, options);
  const stop = new AbortController();
  const found: string[] = [];
  for await (const outcome of readArrivals(source, stop.signal)) {
    found.push(outcome.error ? outcome.error.code : outcome.content.text.trim());
    if (found.length === 3) stop.abort();
  }
  assertEquals(found, ["8", "9", "10"]);
  assertEquals(events, [
    "connection-cut 1",
    "server-refused 2",
    "connection-cut 4",
    "reconnected",
    "connection-cut 8",
    "reconnected",
  ]);
});

for (
  const [what, changes, code] of [
    [
      "a folder that was replaced",
      { EXAMINE: "* 0 EXISTS\r\n* OK [UIDVALIDITY 4] ok\r\nTAG OK done\r\n" },
      "folder-replaced",
    ],
    ["a rejected login", { AUTHENTICATE: "TAG NO [AUTHENTICATIONFAILED] no\r\n" }, "auth-refused"],
    ["a server that breaks the protocol", { AUTHENTICATE: "garbage\r\n" }, "imap-invalid-response"],
  ] as const
) {
  Deno.test(`imap source: ${what} ends the attempts to reconnect`, async () => {
    let greetings = 0;
    const good = scriptedImap({ changes: { IDLE: (wire) => wire.close() } });
    const bad = scriptedImap({ changes });
    await using _ = good;
    await using __ = bad;
    // The second connection reaches another server.
    const options = { ...PLAIN, auth: { user: "ada", secret: "word", withoutTls: true } };
    const open = async () => {
      const client = await connectImap(greetings++ === 0 ? good.address : bad.address, options);
      return { client, folder: await client.open() };
    };
    await using source = new ImapSource(await open(), { open, delay: 1 });
    const error = await assertRejects(
      () => Array.fromAsync(source.arrivals(new AbortController().signal)),
      ToucanError,
    );
    assertEquals([error.code, greetings], [code, 2]);
  });
}
