import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { mailInbox, mailSink, type MailStore, sendMail } from "../../../lib/mail/mod.ts";
import { request } from "../../../mod.ts";
import { withFolder } from "../../kit/folder.ts";

const RECORDS: Readonly<Record<string, string>> = {
  "example.com": "v=spf1 ip4:192.0.2.0/24 -all",
  "_dmarc.example.com": "v=DMARC1; p=reject",
};
const lookup = (name: string) => Promise.resolve(RECORDS[name] === undefined ? [] : [RECORDS[name]]);
const FORGED = "Authentication-Results: toucan.localhost; spf=pass; dkim=pass; dmarc=pass";

async function send(address: string, top = ""): Promise<void> {
  const message = new TextEncoder().encode(`${top}From: Ada <ada@example.com>\r\nTo: bob@example.org\r\n\r\nhello\r\n`);
  const { readyMail } = await import("../../../lib/mail/mod.ts");
  await sendMail(address, readyMail(message, { from: "ada@example.com", to: ["bob@example.org"] }), { tls: "none" });
}

/** Returns the results of each message, the newest first. */
async function results(store: MailStore): Promise<readonly (string | undefined)[]> {
  await using inbox = mailInbox(store);
  return await Promise.all(
    store.messages.toReversed().map(async ({ id }) => {
      using response = await request(`${inbox.url}api/messages/${id}`);
      const { authentication } = JSON.parse(await response.body.text(100_000));
      return authentication?.map((one: { method: string; result: string }) => `${one.method}=${one.result}`).join(" ");
    }),
  );
}

Deno.test("mail sink, judge: results are stored on top of the message, and the sender cannot forge them", async () => {
  await withFolder(async (folder) => {
    const directory = `${folder}/Maildir`;
    {
      await using sink = await mailSink({ directory, judge: { lookup, ip: "192.0.2.7" } });
      await send(sink.address);
      await send(sink.address, `${FORGED}\r\n`);
      const stored = new TextDecoder().decode(await sink.store.read(sink.store.messages[0]?.id ?? ""));
      assertMatch(
        stored,
        /^Return-Path: .*\r\nX-Envelope-To: .*\r\nAuthentication-Results: toucan\.localhost;\r\n\tspf=pass /,
      );
      assertStringIncludes(stored, 'reason="192.0.2.7 matches ip4:192.0.2.0/24 of example.com"');
      assertEquals(sink.store.messages[0]?.to, ["bob@example.org"]);
    }
    await using sink = await mailSink({ directory });
    await send(sink.address, `${FORGED}\r\n`);
    await send(sink.address, `Return-Path: <>\r\n${FORGED}\r\nReceived: from x by toucan with SMTP; now\r\n`);
    const good = "spf=pass dkim=none dmarc=pass";
    assertEquals(await results(sink.store), [undefined, undefined, good, good]);
  });
});

Deno.test("mail sink, judge: a loopback client fails, lookups that fail are a result, and the message is stored", async () => {
  await using sink = await mailSink({ judge: { lookup } });
  await send(sink.address);
  const faults: string[] = [];
  await using down = await mailSink({
    judge: { lookup: () => Promise.reject(new Error("no server")) },
    onFault: ({ error }) => faults.push(error.code),
  });
  await send(down.address);
  assertEquals(await results(sink.store), ["spf=fail dkim=none dmarc=fail"]);
  assertEquals(await results(down.store), ["spf=temperror dkim=none dmarc=temperror"]);
  assert(faults.length === 0);
});
