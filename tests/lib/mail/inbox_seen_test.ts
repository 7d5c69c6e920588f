import { assertEquals } from "@std/assert";
import { connectImap, type MailInbox, mailInbox, mailSink, sendMail, serveImap } from "../../../lib/mail/mod.ts";
import { request } from "../../../mod.ts";
import { withFolder } from "../../kit/folder.ts";

async function ask(inbox: MailInbox, path: string, method = "GET", body?: string) {
  using response = await request(`${inbox.url}api/messages${path}`, { method, body });
  const text = await response.body.text(100_000);
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

async function seen(inbox: MailInbox): Promise<readonly boolean[]> {
  return (await ask(inbox, "")).body.messages.map((mail: { seen: boolean }) => mail.seen);
}

Deno.test("mail inbox: read and unread, the same for the API, IMAP and the next start", async () => {
  await withFolder(async (folder) => {
    const directory = `${folder}/Maildir`;
    {
      await using sink = await mailSink({ directory });
      await using inbox = mailInbox(sink.store);
      for (const to of ["a", "b", "c"]) {
        await sendMail(sink.address, { from: "x@x.test", to: [`${to}@x.test`], text: to }, { tls: "none" });
      }
      assertEquals(await seen(inbox), [false, false, false]);
      const { version } = (await ask(inbox, "")).body;
      const id = sink.store.messages[1]?.id ?? "";
      // A look at a message changes nothing by itself.
      assertEquals((await ask(inbox, `/${id}`)).body.seen, false);
      assertEquals(await ask(inbox, `/${id}`, "PATCH", '{"seen": true}'), { status: 200, body: { changed: 1 } });
      assertEquals((await ask(inbox, `/${id}`, "PATCH", '{"seen": true}')).body, { changed: 0 });
      assertEquals((await ask(inbox, `/${id}`)).body.seen, true);
      assertEquals(await seen(inbox), [false, true, false]);
      // Who waits for a change hears of it.
      assertEquals((await ask(inbox, `?wait=5s&since=${version}`)).body.version > version, true);
      await using server = serveImap("127.0.0.1:0", sink.access);
      await using client = await connectImap(server.address, {
        tls: "none",
        auth: { user: "u", secret: "p", withoutTls: true },
      });
      await client.open();
      assertEquals(await client.search("UNSEEN"), [1, 3]);
      assertEquals((await ask(inbox, "?to=a@x.test", "PATCH", '{"seen": true}')).body, { changed: 1 });
      assertEquals(await client.search("UNSEEN"), [3]);
    }
    await using sink = await mailSink({ directory });
    await using inbox = mailInbox(sink.store);
    assertEquals(await seen(inbox), [false, true, true]);
    assertEquals((await ask(inbox, "", "PATCH", '{"seen": true}')).body, { changed: 1 });
    assertEquals((await ask(inbox, "", "PATCH", '{"seen": false}')).body, { changed: 3 });
    for (const body of ["", "{}", '{"seen": 1}', '{"seen": true, "x": 1}', "[]"]) {
      assertEquals([body, (await ask(inbox, "", "PATCH", body)).status], [body, 400]);
    }
    assertEquals((await ask(inbox, "?typo=1", "PATCH", '{"seen": true}')).status, 400);
    assertEquals((await ask(inbox, "/1.M1.x", "PATCH", '{"seen": true}')).status, 404);
  });
});
