import { assert, assertEquals, assertRejects } from "@std/assert";
import { NegativeError, NetworkError } from "../../lib/core/mod.ts";
import { connectImap, type ImapClientOptions, ImapRefusedError, openMailSource } from "../../lib/mail/mod.ts";
import { byteText } from "../../lib/mail/imap/codec/scanner.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { COURIER, startCourier } from "../kit/courier.ts";
import { DOVECOT, type Dovecot, startDovecot } from "../kit/dovecot.ts";
import { withFolder } from "../kit/folder.ts";
import { servedImap } from "../kit/imap_served.ts";
import { MIME_ROWS } from "../kit/mime_messages.ts";
import { peerTest } from "../kit/peer.ts";
import { runTool, startTool } from "../kit/tool.ts";

const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const message = (subject: string, body = "hello") => `From: Ada <a@example.com>\nSubject: ${subject}\n\n${body}\n`;

/** A message as Dovecot sends it: a literal of IMAP has no NUL. */
const stored = (source: string) => source.replaceAll("\r\n", "\n").replaceAll("\0", "\x80");

async function withDovecot(use: (dovecot: Dovecot, trusted: ImapClientOptions, ca: string) => Promise<void>) {
  const tls = await makeCertificate();
  await using dovecot = await startDovecot({ tls });
  const auth = { user: dovecot.user, secret: dovecot.password };
  await use(dovecot, { trust: { caCerts: [tls.cert] }, auth }, tls.cert);
}

for (const tls of ["starttls", "implicit", "opportunistic", "none"] as const) {
  peerTest(
    `imap ← dovecot: folders, searches, messages, flags, moves and deletions (${tls})`,
    DOVECOT,
    () =>
      withDovecot(async (dovecot, options) => {
        for (const subject of ["one", "two", "three"]) await dovecot.deliver(message(subject));
        const { ports, user, password } = dovecot;
        const auth = { user, secret: password, withoutTls: tls === "none" };
        const address = `localhost:${tls === "implicit" ? ports.imaps : ports.imap}`;
        await using client = await connectImap(address, { ...options, tls, auth });
        assertEquals(client.security !== undefined, tls !== "none");
        assert(client.capabilities.has("UIDPLUS") && client.capabilities.has("MOVE"));
        const folder = await client.open("INBOX", { readOnly: false });
        assertEquals([folder.exists, folder.readOnly], [3, false]);
        const [one] = await client.search('SUBJECT "one"');
        assert(one !== undefined);
        const [mail] = await client.fetch([one], { envelope: true, structure: true, size: true, received: true });
        assertEquals(mail?.envelope?.from, [{ name: "Ada", mailbox: "a", host: "example.com" }]);
        assertEquals([mail?.structure?.type, mail?.structure?.lines], ["text", 1]);
        assertEquals(byteText(await client.read(one)), message("one").replaceAll("\n", "\r\n"));
        assertEquals(await client.search("SEEN"), []);
        await client.setFlags([one], "add", ["\\Seen", "$Label"]);
        assertEquals(await client.search("SEEN KEYWORD $Label"), [one]);
        const missing = await assertRejects(() => client.move([one], "Entwürfe & mehr"), ImapRefusedError);
        assertEquals([missing.code, missing.responseCode], ["message-refused", "TRYCREATE"]);
        await client.remove([one]);
        assertEquals((await client.search()).length, 2);
        const none = await assertRejects(() => client.read(one));
        assert(none instanceof Error && "code" in none && none.code === "no-such-message");
      }),
  );
}

peerTest(
  "imap ← dovecot: wrong passwords, logins without TLS and untrusted certificates are refused",
  DOVECOT,
  () =>
    withDovecot(async ({ ports, user, password }, options) => {
      const address = `localhost:${ports.imap}`;
      for (const mechanism of ["PLAIN", "LOGIN"] as const) {
        const wrong = { user, secret: "wrong", mechanism };
        const error = await assertRejects(() => connectImap(address, { ...options, auth: wrong }), ImapRefusedError);
        assertEquals([error.code, error.responseCode], ["auth-refused", "AUTHENTICATIONFAILED"]);
        await using client = await connectImap(address, { ...options, auth: { ...wrong, secret: password } });
        assertEquals((await client.open()).exists, 0);
      }
      const plain = await assertRejects(() => connectImap(address, { ...options, tls: "none" }), NetworkError);
      assertEquals(plain.code, "auth-without-tls");
      const unknown = await assertRejects(() => connectImap(address, { auth: options.auth }), NetworkError);
      assertEquals(unknown.code, "tls-unknown-issuer");
    }),
);

peerTest(
  "imap ← dovecot: folders with names in UTF-7, and texts in UTF-8 to search for",
  DOVECOT,
  () =>
    withDovecot(async (dovecot, options) => {
      const name = "Entwürfe & 日本";
      // Dovecot's own tool makes no folder here: a Maildir++ folder is one by its name.
      const folder = `.Entw&APw-rfe &- &ZeVnLA-`;
      for (const part of ["", "/cur", "/new", "/tmp"]) {
        await Deno.mkdir(`${dovecot.maildir}/${folder}${part}`);
        await Deno.chown(`${dovecot.maildir}/${folder}${part}`, 65534, 65534);
      }
      await dovecot.deliver(message("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Bäume"), folder);
      await dovecot.deliver(message("other"), folder);
      await using client = await connectImap(`localhost:${dovecot.ports.imap}`, options);
      assert((await client.folders()).some((one) => one.name === name));
      assertEquals((await client.open(name)).exists, 2);
      const [mail, ...more] = await client.search('SUBJECT "grüße" BODY "bäume"');
      assertEquals([mail !== undefined, more], [true, []]);
      assertEquals(await client.search("SUBJECT nowhere"), []);
      const refused = await assertRejects(() => client.search("NONSENSE"), ImapRefusedError);
      assertEquals(refused.code, "search-refused");
      // The folder is open for reading only.
      for (const change of [() => client.setFlags([mail ?? 1], "add", ["\\Seen"]), () => client.remove([mail ?? 1])]) {
        assertEquals((await assertRejects(change, NegativeError)).code, "folder-read-only");
      }
      const wrong = await assertRejects(() => client.open("INBOX/nowhere"), ImapRefusedError);
      assertEquals([wrong.code, wrong.hint?.includes(name)], ["no-such-folder", true]);
    }),
);

peerTest(
  "imap ← dovecot: messages of every form, byte for byte, and their structures",
  DOVECOT,
  () =>
    withDovecot(async (dovecot, options) => {
      const sources = MIME_ROWS.map(({ source }) => source).filter((source) => source !== "");
      for (const source of sources) await dovecot.deliver(bytesOf(source));
      await dovecot.deliver(bytesOf(`Subject: large\n\n${"line\n".repeat(1_000_000)}`));
      await using client = await connectImap(`localhost:${dovecot.ports.imap}`, options);
      await client.open();
      const uids = await client.search();
      assertEquals(uids.length, sources.length + 1);
      const received: string[] = [];
      for (const uid of uids) received.push(byteText(await client.read(uid)).replaceAll("\r\n", "\n"));
      const large = received.findIndex((one) => one.startsWith("Subject: large"));
      assertEquals(received[large]?.length, 5_000_016);
      received.splice(large, 1);
      assertEquals(received.sort(), sources.map(stored).sort());
      const mails = await client.fetch(uids, { structure: true, envelope: true, size: true, flags: true });
      assertEquals(mails.map(({ uid }) => uid), uids);
      assert(mails.every(({ structure, envelope }) => structure && envelope));
      // Each part that has no others can be read by its section.
      for (const { uid, structure } of mails.slice(0, 40)) {
        const first = structure?.parts[0] ?? structure;
        if (!first || first.parts.length > 0) continue;
        assertEquals((await client.read(uid, { section: first.section })).length, first.size);
      }
    }),
);

peerTest("imap ← dovecot: IDLE reports a message that arrives, NOOP does where there is no IDLE", DOVECOT, async () => {
  for (const more of [[], ["imap_capability = IMAP4rev1 AUTH=PLAIN LITERAL+ UIDPLUS"]]) {
    await using dovecot = await startDovecot({ more });
    const { user, password, ports } = dovecot;
    const auth = { user, secret: password, withoutTls: true };
    await using client = await connectImap(`127.0.0.1:${ports.imap}`, { tls: "none", auth });
    assertEquals(client.capabilities.has("IDLE"), more.length === 0);
    await client.open();
    const waiting = client.wait({ poll: 20 });
    await dovecot.deliver(message("new"));
    assertEquals(await waiting, true);
    assertEquals((await client.search()).length, 1);
  }
});

peerTest(
  "mail read ← dovecot: lists, shows, saves, marks and deletes, new messages once",
  DOVECOT,
  () =>
    withDovecot((dovecot, _, ca) =>
      withFolder(async (folder) => {
        for (const subject of ["one", "two", "three"]) {
          await dovecot.deliver(message(subject, subject));
          // Dovecot numbers messages in the order in which it sees them.
          await using seen = await connectImap(`127.0.0.1:${dovecot.ports.imap}`, {
            ...{ tls: "none", auth: { user: dovecot.user, secret: dovecot.password, withoutTls: true } },
          });
          await seen.open();
        }
        await Deno.writeTextFile(`${folder}/ca.pem`, ca);
        const url = `imap://${dovecot.user}@localhost:${dovecot.ports.imap}`;
        const read = async (...args: string[]) => {
          const { code, stdout, stderr } = await runTool("mail", ["read", ...args, "--cacert", `${folder}/ca.pem`], {
            env: { TOUCAN_PASSWORD: dovecot.password },
            cwd: folder,
          });
          return { code, stdout, stderr };
        };
        const listed = await read(url);
        assertEquals([listed.code, listed.stdout.match(/one|two|three/g)], [0, ["one", "two", "three"]], listed.stderr);
        const shown = await read(url.replace("imap://", "imaps://").replace(/\d+$/, `${dovecot.ports.imaps}`), "2");
        assertEquals([shown.code, /Subject: two\n.*two\n$/s.test(shown.stdout)], [0, true], shown.stderr);
        const found = await read(url, "--search", 'OR SUBJECT "one" SUBJECT three', "--json");
        assertEquals(found.stdout.trim().split("\n").map((line) => JSON.parse(line).number), [1, 3]);
        const fresh = () => read(url, "--new", "--state", "seen.json", "--save", "mail/");
        assertEquals((await fresh()).stdout.trim().split("\n").length, 3);
        await dovecot.deliver(message("four"));
        assertEquals((await fresh()).stdout.trim().split("\n").length, 1);
        assertEquals((await fresh()).stderr, "no new messages\n");
        assertEquals((await read(url, "1", "--mark-seen")).code, 0);
        assertEquals((await read(url, "--search", "SEEN", "--json")).stdout.trim().split("\n").length, 1);
        const moved = await read(url, "all", "--save", "all.mbox", "--as", "mbox", "--delete");
        assertEquals(moved.code, 0, moved.stderr);
        assertEquals((await Deno.readTextFile(`${folder}/all.mbox`)).match(/^Subject: .*$/gm)?.length, 4);
        assertEquals((await read(url)).stderr, "no messages\n");
        const nowhere = await read(`${url}/Nowhere`);
        assertEquals([nowhere.code, /hint: folders of the server: INBOX/.test(nowhere.stderr)], [1, true]);
      })
    ),
);

peerTest("mail read ← dovecot: --idle prints each message as it arrives, up to --count", DOVECOT, async () => {
  await using dovecot = await startDovecot();
  await dovecot.deliver(message("before"));
  const url = `imap://${dovecot.user}@127.0.0.1:${dovecot.ports.imap}`;
  const args = ["read", url, "--tls", "none", "--auth-without-tls", "--idle", "--count", "2", "--json", "--trace"];
  await using tool = await startTool("mail", args, { env: { TOUCAN_PASSWORD: dovecot.password } });
  const output = new Response(tool.process.stdout).text();
  await tool.stderrMatch(/< \+ idling/);
  await dovecot.deliver(message("first"));
  await tool.stderrMatch(/idling[^]*< \+ idling/);
  await dovecot.deliver(message("second"));
  assertEquals(await tool.code, 0);
  const subjects = (await output).trim().split("\n").map((line) => JSON.parse(line).subject);
  assertEquals(subjects, ["first", "second"]);
});

for (const capabilities of ["IMAP4rev1 UIDPLUS CHILDREN NAMESPACE IDLE", "IMAP4rev1"]) {
  peerTest(
    `imap ← courier: an authenticated connection, messages, moves and deletions (${capabilities})`,
    COURIER,
    async () => {
      await using courier = await startCourier(capabilities);
      for (const subject of ["one", "two", "three"]) await courier.deliver(message(subject));
      // Without TLS, nothing but the options can accept such a connection.
      const refused = await assertRejects(() => connectImap(courier.address), NetworkError);
      assertEquals(refused.code, "preauth-without-tls");
      await using client = await connectImap(courier.address, { tls: "none" });
      const folder = await client.open("INBOX", { readOnly: false });
      // Courier does not tell the next UID.
      assertEquals([folder.exists, folder.uidNext], [3, undefined]);
      const [one = 0, two = 0] = [...await client.search("SUBJECT one"), ...await client.search("SUBJECT two")];
      const [mail] = await client.fetch([one], { envelope: true, structure: true, size: true, header: ["Subject"] });
      assertEquals([mail?.envelope?.subject, mail?.structure?.subtype], ["one", "plain"]);
      assertEquals(byteText(await client.read(one)), message("one").replaceAll("\n", "\r\n"));
      await client.remove([two]);
      assertEquals(folder.exists, 2);
      await Deno.mkdir(`${courier.maildir}/.Archive`);
      for (const part of ["cur", "new", "tmp"]) await Deno.mkdir(`${courier.maildir}/.Archive/${part}`);
      assert((await client.folders()).some(({ name }) => name === "INBOX.Archive"));
      await client.move([one], "INBOX.Archive");
      assertEquals((await client.open("INBOX.Archive")).exists, 1);
      await client.open();
      const waiting = client.wait({ poll: 20, refresh: 200 });
      await courier.deliver(message("four"));
      assertEquals(await waiting, true);
      await using source = await openMailSource({
        ...{ protocol: "imap", address: courier.address, implicitTls: false, user: "ada", path: "" },
      }, { tls: "none" });
      assertEquals((await source.list()).length, 2);
      const stop = new AbortController();
      await courier.deliver(message("five"));
      for await (const { number } of source.arrivals?.(stop.signal) ?? []) {
        assertEquals(byteText(await source.read({ number, uid: "" })), message("five").replaceAll("\n", "\r\n"));
        stop.abort();
      }
    },
  );
}

Deno.test("imap client ← imap server: folders, searches, messages, flags, moves and deletions", async () => {
  const rows = MIME_ROWS.map(({ source }) => source).filter((source) => source !== "");
  await using server = await servedImap([message("one"), message("two"), ...rows]);
  const auth = { user: "ada", secret: "secret", withoutTls: true };
  await using client = await connectImap(`127.0.0.1:${server.port}`, { tls: "none", auth });
  await server.account.create("Entwürfe & 日本");
  assert((await client.folders()).some(({ name }) => name === "Entwürfe & 日本"));
  const folder = await client.open("INBOX", { readOnly: false });
  assertEquals(folder.exists, rows.length + 2);
  const uids = await client.search();
  const mails = await client.fetch(uids, { structure: true, envelope: true, size: true, received: true });
  assertEquals(mails.length, uids.length);
  for (const { uid, size } of mails) {
    const bytes = await client.read(uid);
    assertEquals<unknown>(bytes.length, size);
    assertEquals<unknown>(bytes, await server.account.inbox.read(uid));
  }
  const [one = 0] = await client.search("SUBJECT one");
  await client.setFlags([one], "add", ["\\Seen"]);
  assertEquals(await client.search("SEEN"), [one]);
  await client.move([one], "Entwürfe & 日本");
  assertEquals(server.account.folder("Entwürfe & 日本")?.count, 1);
  const [two = 0] = await client.search("SUBJECT two");
  await client.remove([two]);
  assertEquals(folder.exists, rows.length);
  const waiting = client.wait();
  await server.account.inbox.append([bytesOf("Subject: new\r\n\r\nx\r\n")]);
  assertEquals(await waiting, true);
  await using source = await openMailSource(`imap://ada:secret@127.0.0.1:${server.port}`, {
    ...{ tls: "none", auth, writable: true },
  });
  assertEquals((await source.list({ search: "SUBJECT new" })).length, 1);
  assertEquals(server.faults, []);
});
