import { assert, assertEquals } from "@std/assert";
import { concat } from "../../lib/core/mod.ts";
import {
  type BuiltMail,
  connectImap,
  connectNntp,
  connectPop3,
  MailClient,
  mailInbox,
  mailSink,
  serveImap,
  serveNntp,
  servePop3,
} from "../../lib/mail/mod.ts";
import { type MailStructure, readStructure } from "../../lib/mail/mime/structure.ts";
import { withFolder } from "../kit/folder.ts";
import { mimeCorpus } from "../kit/mime_corpus.ts";
import { peerTest } from "../kit/peer.ts";
import { octets, octetText } from "../kit/raw.ts";

function built(bytes: Uint8Array<ArrayBuffer>, to: string): BuiltMail {
  return {
    ...{ from: "ada@example.com", to: [to], messageId: "", size: bytes.length, utf8: false, eightBit: true },
    async *chunks() {
      yield bytes;
    },
  };
}

type Section = readonly [section: string, from: number, to: number];

const below = (path: string, number: number) => path === "" ? `${number}` : `${path}.${number}`;

/** Returns the sections of a message, as IMAP numbers them (RFC 3501 §6.4.5), with their offsets. */
function* sections(message: MailStructure, path = ""): Generator<Section> {
  // The body of a message that is not a multipart is its part 1.
  if (message.type !== "multipart") return yield* partSections(message, below(path, 1));
  for (const [i, part] of message.parts.entries()) {
    yield [`${below(path, i + 1)}.MIME`, part.header, part.body];
    yield* partSections(part, below(path, i + 1));
  }
}

function* partSections(part: MailStructure, path: string): Generator<Section> {
  yield [path, part.body, part.end];
  const { message } = part;
  if (part.type === "multipart") yield* sections(part, path);
  if (!message) return;
  yield [`${path}.HEADER`, message.header, message.body];
  yield [`${path}.TEXT`, message.body, message.end];
  yield* sections(message, path);
}

const headerEnd = (bytes: Uint8Array) => {
  const { body } = readStructure(bytes);
  return body;
};

peerTest("messages by SMTP into a sink, and back by POP3, IMAP, NNTP, the API and the maildir: byte for byte", [
  "python3",
], async () => {
  await withFolder(async (folder) => {
    const messages = mimeCorpus().map(([, text]) => octets(text));
    assert(messages.length >= 200, `${messages.length} messages`);
    await using sink = await mailSink({ directory: `${folder}/mail` });
    const { access, store } = sink;
    await using inbox = mailInbox(store);
    await using pop3 = servePop3("127.0.0.1:0", access);
    await using imap = serveImap("127.0.0.1:0", access);
    await using nntp = serveNntp("127.0.0.1:0", store.account().inbox, { login: undefined });
    {
      await using client = new MailClient(sink.address, { tls: "none" });
      for (const [i, bytes] of messages.entries()) {
        assertEquals([i, (await client.send(built(bytes, "bob@example.com"))).accepted], [i, 1]);
      }
    }
    const stored = await Promise.all(store.messages.map(({ id }) => store.read(id)));
    assertEquals(stored.length, messages.length);
    for (const [i, bytes] of messages.entries()) assertEquals(stored[i]?.subarray(-bytes.length), bytes);

    const auth = { user: "ada", secret: "x", withoutTls: true };
    {
      await using client = await connectPop3(pop3.address, { tls: "none", auth });
      for (const [i, { number }] of (await client.list()).entries()) {
        assertEquals<unknown>(await client.retrieve(number), stored[i]);
      }
      await client.quit();
    }
    let parts = 0;
    const wrong: string[] = [];
    {
      await using client = await connectImap(imap.address, { tls: "none", auth });
      await client.open();
      for (const [i, uid] of (await client.search()).entries()) {
        const whole = stored[i] ?? new Uint8Array();
        assertEquals<unknown>(await client.read(uid), whole);
        const structure = readStructure(whole);
        assertEquals<unknown>(await client.read(uid, { section: "HEADER" }), whole.slice(0, structure.body));
        for (const [section, from, to] of sections(structure)) {
          const part = await client.read(uid, { section });
          if (octetText(part) !== octetText(whole.slice(from, to))) wrong.push(`${i} ${section}`);
          parts++;
        }
      }
    }
    assertEquals(wrong, []);
    assert(parts > 200, `${parts} parts`);
    {
      await using client = await connectNntp(nntp.address, { tls: "none" });
      const { low, high } = await client.group("toucan.inbox");
      const numbers = (await client.over({ from: low, to: high })).map(({ number }) => number);
      for (const [i, number] of numbers.entries()) {
        const [article, whole] = [await client.article(number), stored[i] ?? new Uint8Array()];
        assertEquals(article.slice(headerEnd(article)), whole.slice(headerEnd(whole)));
      }
      assertEquals(numbers.length, messages.length);
    }
    for (const [i, { id }] of store.messages.entries()) {
      const response = await fetch(`${inbox.url}api/messages/${encodeURIComponent(id)}/raw`);
      assertEquals<unknown>(await response.bytes(), stored[i]);
    }
    const files = [...Deno.readDirSync(`${folder}/mail/new`), ...Deno.readDirSync(`${folder}/mail/cur`)];
    assertEquals(files.length, messages.length);
    const paths = ["new", "cur"].flatMap((part) =>
      [...Deno.readDirSync(`${folder}/mail/${part}`)].map(({ name }) => `${folder}/mail/${part}/${name}`)
    );
    const text = (all: readonly (Uint8Array | undefined)[]) => all.map((bytes) => (bytes ?? concat([])).toHex()).sort();
    assertEquals(text(paths.map((path) => Deno.readFileSync(path))), text(stored));
  });
});
