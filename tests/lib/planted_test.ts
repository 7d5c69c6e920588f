import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseAddress, serverKeyPair, SystemError, ToucanError } from "../../lib/core/mod.ts";
import { FileHistory } from "../../lib/chat/history/file_history.ts";
import { getTree, serveFiles } from "../../lib/file/mod.ts";
import { sha256 } from "../../lib/file/digest/sha256.ts";
import { download, savePage } from "../../lib/get/mod.ts";
import { buildMail, mailSink, saveMail, sendMail } from "../../lib/mail/mod.ts";
import { withFolder } from "../kit/folder.ts";
import { plant, PLANTED, type Planted } from "../kit/planted.ts";
import { testSite } from "../kit/site.ts";

const BODY = "<p>what was asked for</p>\n";
const PLACES = { "/page": { headers: { "Content-Type": "text/html", "ETag": '"1"' }, body: BODY } };
const ANY = parseAddress("127.0.0.1:0", { anyPort: true });

/** One who writes: which names it makes of what it was told, and how it is made to write in a folder. */
interface Writer {
  /** The names of its own, below the folder. */
  readonly names: readonly string[];
  /** Only these are planted there. @default all */
  readonly kinds?: readonly Planted[];
  /** Writes; an error is thrown. */
  write(folder: string): Promise<unknown>;
}

const options = { retries: 0 };
const mail = { from: "ada@example.com", to: ["bob@example.com"], subject: "x", text: "what was asked for" };

/** The name under which `file get` keeps the file "page" before it is whole. */
function staged(): string {
  const hash = sha256();
  hash.update(new TextEncoder().encode("page"));
  return `.toucan-get/${hash.digest().toHex().slice(0, 40)}`;
}

const WRITERS: Readonly<Record<string, Writer>> = {
  "a download": {
    names: ["page.part", "page.part.json"],
    async write(folder) {
      await using site = testSite(PLACES);
      const { error } = await download(`${site.url}page`, { file: `${folder}/page` }, options);
      if (error !== undefined) throw error;
      assertEquals(await Deno.readTextFile(`${folder}/page`), BODY);
    },
  },
  "a download that replaces": {
    names: ["page", "page.part", "page.part.json"],
    async write(folder) {
      await using site = testSite(PLACES);
      const { error } = await download(`${site.url}page`, { file: `${folder}/page` }, { ...options, force: true });
      if (error !== undefined) throw error;
    },
  },
  "a download that is continued": {
    names: ["page.part.json"],
    async write(folder) {
      await using site = testSite(PLACES);
      await Deno.writeTextFile(`${folder}/page.part`, BODY.slice(0, 5));
      const { error } = await download(`${site.url}page`, { file: `${folder}/page` }, { ...options, resume: true });
      if (error !== undefined) throw error;
    },
  },
  "a saved page": {
    names: ["page.html.part", "page.html.part.json"],
    async write(folder) {
      await using site = testSite(PLACES);
      const { error } = await savePage(`${site.url}page`, { file: `${folder}/page.html` }, options);
      if (error !== undefined) throw error;
    },
  },
  "file get": {
    names: [".toucan-get", `${staged()}.part`, `${staged()}.part.json`, "page"],
    async write(folder) {
      const served = `${folder}/served`;
      await Deno.mkdir(served);
      await Deno.writeTextFile(`${served}/page`, BODY);
      await using server = serveFiles(served, ANY);
      const report = await getTree(server.url, folder, options);
      if (report.error !== undefined) throw report.error;
      assertEquals(await Deno.readTextFile(`${folder}/page`), BODY);
    },
  },
  "a kept certificate": {
    names: ["cert.pem", "key.pem", "key.pem.new"],
    async write(folder) {
      const { key } = await serverKeyPair({ directory: folder });
      const path = `${folder}/key.pem`;
      assertEquals([await Deno.readTextFile(path), (Deno.statSync(path).mode ?? 0) & 0o777], [key, 0o600]);
    },
  },
  "a maildir": {
    names: ["tmp", "new", "cur"],
    kinds: PLANTED.filter((kind) => kind !== "folder"),
    async write(folder) {
      await using sink = await mailSink({ port: 0, directory: folder });
      await sendMail(parseAddress(sink.address), mail, { tls: "none" });
    },
  },
  "a chat's history": {
    names: ["chat.db-wal", "chat.db-shm", "chat.db-journal", "chat.db-v1"],
    // deno-lint-ignore require-await -- what is thrown has to be a rejection
    async write(folder) {
      using history = new FileHistory(`${folder}/chat.db`);
      history.add({ id: "1", time: 1, channel: "#a", line: "x", tags: "" });
    },
  },
  "a saved mail": {
    names: ["x.eml", "x.eml.part"],
    async write(folder) {
      await saveMail(await buildMail(mail), `${folder}/x.eml`);
    },
  },
};

/** Outputs that the user named: a pipe or a device is written to, and links are followed. */
const OUTPUT: readonly Planted[] = ["pipe", "device", "link", "dangling link", "hard link"];
const NAMED: Readonly<Record<string, readonly Planted[]>> = {
  "a saved mail x.eml": OUTPUT,
  "a download that replaces page": OUTPUT,
  // A file that is replaced keeps its owner and its other names.
  "file get page": ["hard link"],
};

for (const [who, { names, kinds = PLANTED, write }] of Object.entries(WRITERS)) {
  for (const name of names) {
    Deno.test(`planted: ${who} writes through nothing that lies at ${name}`, {
      ignore: Deno.build.os === "windows",
    }, async () => {
      for (const kind of kinds.filter((kind) => !NAMED[`${who} ${name}`]?.includes(kind))) {
        await withFolder((top) =>
          withFolder(async (folder) => {
            if (name.includes("/")) await Deno.mkdir(`${folder}/.toucan-get`, { mode: 0o700 });
            const victim = await plant(kind, `${folder}/${name}`, top);
            // Either it comes to its end all the same, or it says why not.
            await write(folder).catch((error) => assert(error instanceof ToucanError, `${kind}: ${error}`));
            victim.check();
          })
        );
      }
    });
  }
}

/** Servers and clients that find files of another user; root creates these. */
const FOREIGN: Readonly<Record<string, (folder: string, own: (path: string) => Promise<void>) => Promise<unknown>>> = {
  async "a part"(folder, foreign) {
    await using site = testSite(PLACES);
    const file = `${folder}/page`;
    const note = { toucan: "part", url: `${site.url}page`, etag: '"1"', length: BODY.length };
    await Deno.writeTextFile(`${file}.part`, BODY.slice(0, 5), { mode: 0o666 });
    await Deno.writeTextFile(`${file}.part.json`, JSON.stringify(note), { mode: 0o666 });
    for (const path of [`${file}.part`, `${file}.part.json`]) await foreign(path);
    const { error } = await download(note.url, { file }, { ...options, resume: true });
    throw error;
  },
  async "the key of a kept certificate"(folder, foreign) {
    await serverKeyPair({ directory: folder });
    await foreign(`${folder}/key.pem`);
    await serverKeyPair({ directory: folder });
  },
  async "the log of a history"(folder, foreign) {
    new FileHistory(`${folder}/chat.db`)[Symbol.dispose]();
    await Deno.writeTextFile(`${folder}/chat.db-wal`, "");
    await foreign(`${folder}/chat.db-wal`);
    new FileHistory(`${folder}/chat.db`);
  },
  async "the folder of what is on its way"(folder, foreign) {
    await Deno.mkdir(`${folder}/.toucan-get`);
    await foreign(`${folder}/.toucan-get`);
    await WRITERS["file get"]?.write(folder);
  },
};

Deno.test(
  "planted: what the owner of a folder has in it is taken, also by root",
  { ignore: Deno.uid() !== 0 },
  () =>
    withFolder(async (folder) => {
      const { pin } = await serverKeyPair({ directory: folder });
      for (const path of ["", "/key.pem", "/cert.pem"]) await Deno.chown(folder + path, 65534, 65534);
      assertEquals((await serverKeyPair({ directory: folder })).pin, pin);
    }),
);

for (const [what, write] of Object.entries(FOREIGN)) {
  Deno.test(
    `planted: ${what} that belongs to another user is refused`,
    { ignore: Deno.uid() !== 0 },
    () =>
      withFolder(async (folder) => {
        const error = await assertRejects(() => write(folder, (path) => Deno.chown(path, 65534, 65534)), SystemError);
        assertEquals(error.code, "not-owner");
      }),
  );
}
