import { assert, assertEquals, assertMatch, assertNotMatch, assertRejects, assertThrows } from "@std/assert";
import { type ChatFilesSettings, type ChatServer, serveChatPage } from "../../../../lib/chat/mod.ts";
import { chatPageHandler } from "../../../../lib/chat/web/handler.ts";
import { FileStore } from "../../../../lib/chat/files/file_store.ts";
import { FILE_KINDS } from "../../../../lib/chat/files/kinds.ts";
import { SystemError } from "../../../../lib/core/mod.ts";
import { ownerMark } from "../../../../lib/chat/files/stored_name.ts";
import { FileRefusal } from "../../../../lib/chat/files/refusal.ts";
import { receiveFile } from "../../../../lib/chat/files/upload.ts";
import { type HttpServer, serveHttp } from "../../../../lib/http/mod.ts";
import { ANY_PORT, chatServer, RawIrc } from "../../../kit/irc.ts";

const PNG = Uint8Array.fromHex(
  "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000049454e44ae426082",
);
const PDF = "%PDF-1.7\n";

/** A chat with shared files, its page, and a client that is connected. */
interface Place {
  readonly folder: string;
  readonly chat: ChatServer;
  readonly page: HttpServer;
  readonly ann: RawIrc;
  /** Returns a new ticket of the client. */
  ticket(): Promise<string>;
  /** Returns the names in the folder. */
  stored(): string[];
}

async function withFiles(settings: Partial<ChatFilesSettings>, use: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await using chat = chatServer({ files: { folder: `${folder}/files`, ...settings } });
    await using page = serveHttp(ANY_PORT, chatPageHandler(chat, {}), { bodyTimeout: 200 });
    using ann = await RawIrc.in(chat.address, "ann");
    await use({
      ...{ folder: `${folder}/files`, chat, page, ann },
      async ticket() {
        await ann.say("UPLOAD");
        return (await ann.hears(/^:\S+ NOTE UPLOAD TICKET /)).split(" ")[4] ?? "";
      },
      stored: () => filesIn(`${folder}/files`),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Returns the names in a folder of shared files, but for the lock. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name !== ".toucan-lock");
}

/** A request of an upload, of which a test replaces parts. */
interface Upload {
  readonly ticket: string;
  readonly name?: string;
  readonly disposition?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
  readonly method?: string;
}

function upload({ url }: HttpServer, { ticket, name = "a.png", body = PNG, ...more }: Upload): Promise<Response> {
  return fetch(`${url}files`, {
    method: more.method ?? "POST",
    headers: {
      "Authorization": `Bearer ${ticket}`,
      "Content-Disposition": more.disposition ?? `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      ...more.headers,
    },
    body,
  });
}

/** Uploads a file and returns the path of its link. */
async function share(page: HttpServer, parts: Upload): Promise<string> {
  const response = await upload(page, parts);
  assertEquals([response.status, await response.text()], [201, ""]);
  return response.headers.get("location") ?? "";
}

async function statusOf(response: Promise<Response>): Promise<number> {
  const { status, body } = await response;
  await body?.cancel();
  return status;
}

Deno.test("shared files: an image is displayed, everything else is saved, and nothing is executed", () =>
  withFiles({}, async ({ page, ticket, stored, chat }) => {
    const table:
      readonly (readonly [name: string, body: string | Uint8Array<ArrayBuffer>, type: string, how: string])[] = [
        ["a.png", PNG, "image/png", "inline; filename=a.png"],
        ["a.html.PNG", PNG, "image/png", "inline; filename=a.html.png"],
        ["a.gif", "GIF89a<script>alert(1)</script>", "image/gif", "inline; filename=a.gif"],
        ["a.pdf", PDF, "application/pdf", "attachment; filename=a.pdf"],
        ["grüße 1.txt", "<script>ü</script>", "text/plain; charset=utf-8", ""],
        ["../../etc/x.txt", "x", "text/plain; charset=utf-8", "attachment; filename=x.txt"],
        ["a.zip", "PK\x03\x04", "application/zip", "attachment; filename=a.zip"],
      ];
    for (const [name, body, type, how] of table) {
      const path = await share(page, { ticket: await ticket(), name, body });
      assertMatch(path, /^\/files\/[0-9a-f]{32}\/[^/]+$/);
      const response = await fetch(new URL(path, page.url));
      assertEquals(response.status, 200);
      assertEquals(new Uint8Array(await response.arrayBuffer()), typeof body === "string" ? bytes(body) : body);
      const { headers } = response;
      assertEquals(headers.get("content-type"), type, name);
      if (how !== "") assertEquals(headers.get("content-disposition"), how);
      assertEquals(headers.get("x-content-type-options"), "nosniff");
      assertEquals(headers.get("content-security-policy"), "sandbox; default-src 'none'");
      assertEquals(headers.get("cross-origin-resource-policy"), "same-origin");
    }
    for (const name of stored()) assertMatch(name, /^[0-9a-f]{32}\.[a-z]+$/);
    assertEquals(stored().length, table.length);
    assertEquals(chat.clients, 1);
  }));

Deno.test("shared files: the name in a link has no effect but on the name of the saved file", () =>
  withFiles({}, async ({ page, ticket }) => {
    const path = await share(page, { ticket: await ticket(), name: "a.pdf", body: PDF });
    for (const name of ["evil.exe", "evil.html", "..%2f..%2fetc%2fpasswd", "a%0d%0aX: y.html", "%ff", "%00.exe"]) {
      const response = await fetch(new URL(path.replace("a.pdf", name), page.url));
      assertEquals(response.headers.get("content-disposition"), "attachment; filename=file.pdf", name);
      assertEquals(await response.text(), PDF);
    }
    for (
      const wrong of [
        "/files/",
        "/files/x",
        path.replace(/[0-9a-f]{32}/, "0".repeat(32)),
        "/files/../a.png",
        `${path}/b`,
      ]
    ) {
      assertEquals(await statusOf(fetch(new URL(wrong, page.url))), 404, wrong);
    }
  }));

Deno.test("shared files: ranges and conditions", () =>
  withFiles({}, async ({ page, ticket }) => {
    const url = new URL(await share(page, { ticket: await ticket(), name: "a.txt", body: "0123456789" }), page.url);
    const get = async (headers: Record<string, string>, method = "GET") => {
      const response = await fetch(url, { method, headers });
      return [response.status, response.headers.get("content-range") ?? "", await response.text()];
    };
    assertEquals(await get({ Range: "bytes=2-4" }), [206, "bytes 2-4/10", "234"]);
    assertEquals(await get({ Range: "bytes=-3" }), [206, "bytes 7-9/10", "789"]);
    assertEquals(await get({ Range: "bytes=10-" }), [416, "bytes */10", ""]);
    assertEquals(await get({ Range: "bytes=0-1,4-5" }), [200, "", "0123456789"]);
    assertEquals(await get({}, "HEAD"), [200, "", ""]);
    const { headers, body } = await fetch(url);
    await body?.cancel();
    const etag = headers.get("etag") ?? "";
    assertEquals(await get({ "If-None-Match": etag }), [304, "", ""]);
    assertEquals(await get({ "Range": "bytes=2-4", "If-Range": etag }), [206, "bytes 2-4/10", "234"]);
    assertEquals(await get({ "Range": "bytes=2-4", "If-Range": '"other"' }), [200, "", "0123456789"]);
    assertEquals((await get({}, "DELETE"))[0], 405);
  }));

Deno.test("shared files: what is rejected leaves nothing", () =>
  withFiles({ size: 1000, kinds: ["image", "text"] }, async ({ page, ticket, stored }) => {
    const table: readonly (readonly [what: string, parts: Partial<Upload>, status: number])[] = [
      ["HTML as an image", { body: "<!doctype html><script>alert(1)</script>" }, 415],
      ["HTML", { name: "a.html", body: "<html>" }, 415],
      ["SVG", { name: "a.svg", body: "<svg/>" }, 415],
      ["a double extension", { name: "a.png.html" }, 415],
      ["a program behind an image", { name: "a.png.exe" }, 415],
      ["no extension", { name: "png" }, 415],
      ["no name", { disposition: "attachment" }, 415],
      ["a name of dots", { name: "..png" }, 415],
      ["a kind that is not accepted", { name: "a.pdf", body: PDF }, 415],
      ["binary data as text", { name: "a.txt", body: "a\0b" }, 415],
      ["text that is not UTF-8", { name: "a.txt", body: Uint8Array.of(65, 0xff, 65) }, 415],
      ["text that is cut in a character", { name: "a.txt", body: Uint8Array.of(65, 0xc3) }, 415],
      ["binary data behind text", { name: "a.txt", body: "a".repeat(600) + "\0" }, 415],
      ["an empty file", { body: "" }, 400],
      ["a large file", { body: new Uint8Array(1001) }, 413],
      ["another site", { headers: { Origin: "https://evil.example" } }, 403],
      ["a frame of another site", { headers: { "Sec-Fetch-Site": "cross-site" } }, 403],
      ["another method", { method: "PUT" }, 405],
    ];
    for (const [what, parts, status] of table) {
      assertEquals(await statusOf(upload(page, { ticket: await ticket(), ...parts })), status, what);
    }
    assertEquals(await statusOf(fetch(`${page.url}files`)), 405);
    assertEquals(stored(), []);
  }));

Deno.test("shared files: a ticket is for one upload of a client that is connected", () =>
  withFiles({}, async ({ page, chat, ticket, stored }) => {
    const used = await ticket();
    await share(page, { ticket: used });
    assertEquals(await statusOf(upload(page, { ticket: used })), 401);
    assertEquals(await statusOf(upload(page, { ticket: "0".repeat(32) })), 401);
    assertEquals(await statusOf(upload(page, { ticket: "" })), 401);
    // A rejected upload has used its ticket, too.
    const rejected = await ticket();
    assertEquals(await statusOf(upload(page, { ticket: rejected, name: "a.exe" })), 415);
    assertEquals(await statusOf(upload(page, { ticket: rejected })), 401);
    const bob = await RawIrc.in(chat.address, "bob");
    await bob.say("UPLOAD");
    const [, , , , gone = ""] = (await bob.hears(/ NOTE UPLOAD TICKET /)).split(" ");
    await bob.say("QUIT");
    await bob.hears(/^ERROR/);
    bob[Symbol.dispose]();
    assertEquals(await statusOf(upload(page, { ticket: gone })), 401);
    assertEquals(stored().length, 1);
  }));

Deno.test("shared files: a client that asks for 10,000 uploads gets 30", () =>
  withFiles({}, async ({ page, ann, ticket, stored }) => {
    // No more than eight tickets are unused at once.
    await ann.say(...Array.from({ length: 9 }, () => "UPLOAD"));
    const first = await ann.hears(/ NOTE UPLOAD TICKET /);
    await ann.hears(/ FAIL UPLOAD TOO_MANY /);
    await share(page, { ticket: first.split(" ")[4] ?? "" });
    for (let i = 8; i < 30; i++) await share(page, { ticket: await ticket() });
    for (let i = 0; i < 10; i++) await ann.say(...Array.from({ length: 1000 }, () => "UPLOAD"), "PING :done");
    for (let i = 0; i < 10; i++) await ann.hears(/ PONG .*done/);
    assertEquals(ann.lines.filter((line) => / NOTE UPLOAD TICKET /.test(line)).length, 30);
    assertEquals(stored().length, 23);
  }));

Deno.test("shared files: their total size has a limit", () =>
  withFiles({ total: 100 }, async ({ page, ticket, stored }) => {
    const body = "x".repeat(40);
    for (const status of [201, 201, 507]) {
      assertEquals(await statusOf(upload(page, { ticket: await ticket(), name: "a.txt", body })), status);
    }
    await share(page, { ticket: await ticket(), name: "a.txt", body: "x".repeat(20) });
    assertEquals(stored().length, 3);
  }));

Deno.test("shared files: a body that is cut off or is slow leaves nothing", () =>
  withFiles({}, async ({ page, ticket, stored }) => {
    const send = async (length: number, body: string, close: boolean): Promise<string> => {
      using conn = await Deno.connect({ hostname: "127.0.0.1", port: page.port ?? 0 });
      const head = [
        "POST /files HTTP/1.1",
        `Host: ${page.address}`,
        `Authorization: Bearer ${await ticket()}`,
        "Content-Disposition: attachment; filename=a.txt",
        ...(length < 0 ? ["Transfer-Encoding: chunked"] : [`Content-Length: ${length}`]),
      ];
      await conn.write(bytes(`${head.join("\r\n")}\r\n\r\n${body}`));
      if (close) await conn.closeWrite();
      return (await new Response(conn.readable).text()).split("\r\n", 1)[0] ?? "";
    };
    assertMatch(await send(1000, "x".repeat(600), true), /^$|^HTTP\/1\.1 400/);
    assertMatch(await send(1000, "x".repeat(600), false), /^$|^HTTP\/1\.1 408/);
    assertMatch(await send(-1, "1\r\nx\r\n0\r\n\r\n", true), /^HTTP\/1\.1 411/);
    assertEquals(stored(), []);
  }));

Deno.test({
  name: "shared files: a full disk leaves nothing, and no room is lost",
  ignore: Deno.build.os !== "linux",
  fn: fullDisk,
});

async function fullDisk(): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    class FullDisk extends FileStore {
      override create() {
        const incoming = super.create();
        incoming.file.close();
        return { path: incoming.path, file: Deno.openSync("/dev/full", { write: true }) };
      }
    }
    const store = new FullDisk({ folder });
    const limits = { size: 100, kinds: new Set(FILE_KINDS) };
    const session = { gone: false };
    const refusals: FileRefusal[] = [];
    await using server = serveHttp(ANY_PORT, async (request) => {
      refusals.push(await assertRejects(() => receiveFile(request, store, { key: "", session }, limits), FileRefusal));
      return { body: "" };
    });
    const headers = { "Content-Disposition": "attachment; filename=a.txt" };
    await (await fetch(server.url, { method: "POST", headers, body: "some text" })).text();
    session.gone = true;
    await (await fetch(server.url, { method: "POST", headers, body: "some text" })).text();
    const [error, left] = refusals;
    assertEquals([left?.status, store.used], [401, 0]);
    assert(error);
    assertEquals([error.status, error.message, store.used, store.count], [507, "the disk is full", 0, 0]);
    assertEquals(filesIn(folder), []);
    store.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("shared files: expire, and are found again after a restart", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const id = "0".repeat(32);
    await Deno.writeFile(`${folder}/${id}.png`, PNG);
    await Deno.writeTextFile(`${folder}/${"1".repeat(32)}.png`, "expired");
    await Deno.utime(`${folder}/${"1".repeat(32)}.png`, 1000, 1000);
    await Deno.writeTextFile(`${folder}/.toucan-${"2".repeat(32)}.part`, "interrupted");
    await Deno.writeTextFile(`${folder}/notes.txt`, "not ours");
    await Deno.writeTextFile(`${folder}/${"3".repeat(32)}.html`, "not ours");
    await Deno.symlink("/etc/passwd", `${folder}/${"4".repeat(32)}.txt`);
    await using chat = chatServer({ files: { folder } });
    await using page = serveChatPage(chat, ANY_PORT);
    const status = (name: string) => statusOf(fetch(`${page.url}files/${name}`));
    assertEquals(await status(`${id}/a.png`), 200);
    assertEquals(await status(`${"1".repeat(32)}/a.png`), 404);
    assertEquals(await status(`${"3".repeat(32)}/a.html`), 404);
    assertEquals(await status(`${"4".repeat(32)}/a.txt`), 404);
    const names = filesIn(folder).sort();
    assertEquals(names, [`${id}.png`, `${"3".repeat(32)}.html`, `${"4".repeat(32)}.txt`, "notes.txt"]);
    // A link that takes the place of a file is not followed.
    await Deno.remove(`${folder}/${id}.png`);
    await Deno.symlink("/etc/passwd", `${folder}/${id}.png`);
    assert(await status(`${id}/a.png`) >= 400);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("shared files: other clients upload by the password of an account that is connected", () =>
  withFiles({ url: "https://chat.example/chat", kinds: ["image", "pdf"] }, async ({ page, ann, chat, stored }) => {
    using ben = await RawIrc.open(chat.address);
    await ben.say("NICK ben", "USER ben 0 * :ben");
    await ben.hears(/ 005 .* soju\.im\/FILEHOST=https:\/\/chat\.example\/chat\/files /);
    await ann.say("PRIVMSG NickServ :REGISTER correct-horse");
    await ann.hears(/ 900 /);
    const send = (user: string, password: string, headers: Record<string, string> = {}) => {
      const authorization = `Basic ${btoa(`${user}:${password}`)}`;
      const type = { "Authorization": authorization, "Content-Type": "image/png" };
      return fetch(`${page.url}files`, { method: "POST", headers: { ...type, ...headers }, body: PNG });
    };
    const done = await send("ann", "correct-horse");
    assertEquals([done.status, await done.text()], [201, ""]);
    assertMatch(done.headers.get("location") ?? "", /^https:\/\/chat\.example\/chat\/files\/[0-9a-f]{32}\/file\.png$/);
    assertEquals(await statusOf(send("ann", "wrong-horse")), 401);
    assertEquals(await statusOf(send("nobody", "correct-horse")), 401);
    assertEquals(await statusOf(send("ann", "correct-horse", { "Content-Type": "text/html" })), 415);
    assertEquals(await statusOf(send("ann", "correct-horse", { "Sec-Fetch-Site": "cross-site" })), 403);
    const options = await fetch(`${page.url}files`, { method: "OPTIONS" });
    assertMatch(options.headers.get("accept-post") ?? "", /^image\/png, .*application\/pdf$/);
    await ann.say("QUIT");
    await ann.ended();
    assertEquals(await statusOf(send("ann", "correct-horse")), 401);
    assertEquals(stored().length, 1);
  }));

Deno.test("shared files: their owner deletes them, an IRC operator any, and no one else", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const events: string[] = [];
    const actions: string[] = [];
    const start = () =>
      chatServer({
        ...{ files: { folder: `${folder}/files` }, history: `${folder}/chat.db`, operatorAccounts: ["root"] },
        onFile: ({ action, nick, account, name, size }) =>
          void events.push([action, nick, account, name, size].filter((part) => part !== undefined).join(" ")),
        onModerated: ({ action }) => void actions.push(action),
      });
    const ids: string[] = [];
    const enter = async (chat: ChatServer, nick: string, command: string) => {
      const client = await RawIrc.in(chat.address, nick);
      await client.say(`PRIVMSG NickServ :${command}`);
      await client.hears(/ 900 /);
      return client;
    };
    {
      await using chat = start();
      await using page = serveHttp(ANY_PORT, chatPageHandler(chat, {}));
      // The folder is that of one server.
      assertThrows(() => chatServer({ files: { folder: `${folder}/files` } }), SystemError, "another server uses it");
      using ann = await enter(chat, "ann", "REGISTER correct-horse");
      using ben = await RawIrc.in(chat.address, "ben");
      using root = await enter(chat, "root", "REGISTER correct-horse");
      for (const client of [ann, ann, ben, ben]) {
        await client.say("UPLOAD");
        const ticket = (await client.hears(/ NOTE UPLOAD TICKET /)).split(" ")[4] ?? "";
        const path = await share(page, { ticket, name: "evil\u202e\u0007name.txt", body: "some text" });
        assertMatch(path, /\/evilname\.txt$/);
        ids.push(path.split("/")[2] ?? "");
      }
      const [first = "", second = "", third = "", fourth = ""] = ids;
      // Its marks are in the names, for accounts.
      assertEquals(
        filesIn(`${folder}/files`).filter((name) => /^[0-9a-f]{32}-[0-9a-f]{24}\.txt$/.test(name)).length,
        2,
      );
      for (
        const [file, answer] of [[first, / FAIL UPLOAD FORBIDDEN /], [
          "0".repeat(32),
          / FAIL UPLOAD UNKNOWN_FILE /,
        ]] as const
      ) {
        await ben.say(`UPLOAD DELETE ${file}`);
        await ben.hears(answer);
      }
      await ben.say("UPLOAD DELETE ../../etc/passwd", "UPLOAD NONE");
      await ben.hears(/ FAIL UPLOAD UNKNOWN_FILE \S+ /);
      await ben.hears(/ FAIL UPLOAD INVALID_PARAMS NONE /);
      // A download that has begun is not cut by the deletion.
      const begun = await fetch(`${page.url}files/${first}/a.txt`);
      await ann.say(`UPLOAD DELETE http://chat.example/files/${first}/a.txt`);
      await ann.hears(new RegExp(` NOTE UPLOAD DELETED ${first} `));
      assertEquals(await begun.text(), "some text");
      assertEquals(await statusOf(fetch(`${page.url}files/${first}/a.txt`)), 404);
      await ben.say(`UPLOAD DELETE ${third}`, "UPLOAD LIST");
      await ben.hears(new RegExp(` NOTE UPLOAD FILE ${fourth}\\.txt 9 \\d{4}-`));
      await ben.hears(/ NOTE UPLOAD END 1 /);
      await root.say(`UPLOAD DELETE ${fourth}.txt`);
      await root.hears(/ NOTE UPLOAD DELETED /);
      assertEquals(actions.filter((action) => action === "file-deleted").length, 1);
      assertEquals(filesIn(`${folder}/files`).filter((name) => name.startsWith(second)).length, 1);
    }
    assertEquals(events.toSorted(), [
      "deleted ann ann 9",
      "deleted ben 9",
      "deleted root root 9",
      ...Array.from({ length: 2 }, () => "stored ann ann evilname.txt 9"),
      ...Array.from({ length: 2 }, () => "stored ben evilname.txt 9"),
    ]);
    // After a restart the file still belongs to the account.
    await using chat = start();
    using ann = await enter(chat, "phone", "IDENTIFY ann correct-horse");
    await ann.say("UPLOAD LIST");
    await ann.hears(/ NOTE UPLOAD END 1 /);
    await ann.say(`UPLOAD DELETE ${ids[1]}`);
    await ann.hears(/ NOTE UPLOAD DELETED /);
    assertEquals(filesIn(`${folder}/files`), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("shared files: the share of an owner counts what it stored before a restart", () => {
  const folder = Deno.makeTempDirSync();
  try {
    let now = Date.now();
    const mark = ownerMark("account/ann");
    const path = `${folder}/${"0".repeat(32)}-${mark}.txt`;
    Deno.writeTextFileSync(path, "x".repeat(20));
    const store = new FileStore({ folder, total: 100, age: 1000 }, () => now);
    assertEquals([store.used, store.ownedBy("account/ann").length, store.ownedBy("").length], [20, 1, 0]);
    assertThrows(() => store.reserve({ size: 6, owner: "account/ann" }), FileRefusal, "from you");
    store.reserve({ size: 6, owner: "account/ben" });
    // A file that expires while it is read is read to its end.
    const [known] = store.ownedBy("account/ann");
    assert(known);
    using reading = store.open(known.id, known);
    now += 5000;
    store.expire();
    assertEquals(reading?.readSync(new Uint8Array(30)), 20);
    store.reserve({ size: 25, owner: "account/ann" });
    store.close();
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("shared files: a clock that jumps, and is set back, deletes none that are asked for, nor to make room", () => {
  const folder = Deno.makeTempDirSync();
  try {
    let now = Date.now();
    const id = "0".repeat(32);
    Deno.writeTextFileSync(`${folder}/${id}.txt`, "x".repeat(80));
    const store = new FileStore({ folder, total: 100, age: 60_000 }, () => now);
    const upload = { size: 50, owner: "" };
    store.mayExpire = () => false;
    now += 365 * 86_400_000;
    assertEquals(store.get(id), undefined);
    assertThrows(() => store.reserve(upload), FileRefusal, "no room");
    assertEquals(filesIn(folder), [`${id}.txt`]);
    now -= 365 * 86_400_000;
    assertEquals(store.get(id)?.size, 80);
    now += 365 * 86_400_000;
    store.mayExpire = () => true;
    store.reserve(upload);
    assertEquals(filesIn(folder), []);
    store.close();
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("shared files: are off without a folder", async () => {
  await using chat = chatServer();
  await using page = serveChatPage(chat, ANY_PORT);
  using ann = await RawIrc.in(chat.address, "ann");
  await ann.say("UPLOAD");
  await ann.hears(/ FAIL UPLOAD DISABLED /);
  assertEquals(await statusOf(upload(page, { ticket: "0".repeat(32) })), 404);
  assertNotMatch(await (await fetch(page.url)).text(), /data-files/);
});

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
