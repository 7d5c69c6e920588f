import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Look, withPage } from "../kit/browser.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { allNames } from "../kit/served.ts";
import { type RunningTool, runTool, startTool } from "../kit/tool.ts";

interface Site extends AsyncDisposable {
  readonly root: string;
  readonly url: string;
  readonly tool: RunningTool;
}

/** `file serve` over a folder in another. */
async function site(folder: string, ...args: readonly string[]): Promise<Site> {
  const root = `${folder}/root`;
  await Deno.mkdir(root, { recursive: true });
  const tool = await startTool("file", ["serve", "--port", "0", ...args, root]);
  const [, url = ""] = await tool.stderrMatch(/listening on (\S+)\n/);
  return { root, url, tool, [Symbol.asyncDispose]: () => tool[Symbol.asyncDispose]() };
}

/** Runs a peer to its end. */
async function run(program: string, args: readonly string[], cwd?: string) {
  const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args], cwd, stdin: "null" }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out ?? "", err: err ?? "" };
}

async function sha256sum(...files: readonly string[]): Promise<string[]> {
  return (await run("sha256sum", files)).out.trim().split("\n").map((line) => line.slice(0, 64));
}

/** A file of this many bytes that repeats nowhere near. */
async function sample(path: string, size: number): Promise<void> {
  const key = await crypto.subtle.generateKey({ name: "AES-CTR", length: 128 }, false, ["encrypt"]);
  const bytes = await crypto.subtle.encrypt(
    { name: "AES-CTR", counter: new Uint8Array(16), length: 64 },
    key,
    new Uint8Array(size),
  );
  await Deno.writeFile(path, new Uint8Array(bytes));
}

const SIZE = 20_000_003;

peerTest(
  "file serve: curl loads, in ranges, what it continues, and only what is new",
  ["curl", "sha256sum"],
  () =>
    withFolder(async (folder) => {
      await using served = await site(folder);
      const [source, target] = [`${served.root}/big.bin`, `${folder}/big.bin`];
      await sample(source, SIZE);
      const url = `${served.url}big.bin`;
      const [wanted] = await sha256sum(source);
      assertEquals((await run("curl", ["-fsS", "-o", target, url])).code, 0);
      assertEquals(await sha256sum(target), [wanted]);
      await Deno.truncate(target, 7_000_001);
      assertEquals((await run("curl", ["-fsS", "-C", "-", "-o", target, url])).code, 0);
      assertEquals(await sha256sum(target), [wanted]);
      const part = await run("curl", ["-fsS", "-r", "100-199,-5", url]);
      assertMatch(
        part.out,
        /^--toucan-[0-9a-f-]+\r\nContent-Type: application\/octet-stream\r\nContent-Range: bytes 100-199\/20000003\r\n/,
      );
      const etag = `${folder}/etag`;
      await run("curl", ["-fsS", "-o", target, "--etag-save", etag, url]);
      const again = await run("curl", [
        "-fsS",
        "-o",
        `${folder}/none`,
        "--etag-compare",
        etag,
        "-w",
        "%{http_code}",
        url,
      ]);
      assertEquals(again.out, "304");
      assertEquals((await run("curl", ["-fsS", "--path-as-is", `${served.url}../../../etc/passwd`])).code, 22);
    }),
);

peerTest("file serve: curl -T and -F bring files", ["curl", "sha256sum"], () =>
  withFolder(async (folder) => {
    await using served = await site(folder, "--upload", "--user", "me:pass");
    const source = `${folder}/big ünï.bin`;
    await sample(source, SIZE);
    const auth = ["-fsS", "-u", "me:pass", "-w", "%{http_code}"];
    assertEquals((await run("curl", [...auth, "-T", source, `${served.url}deep/er/`])).out, "201");
    assertEquals(
      (await run("curl", [...auth, "-H", "If-None-Match: *", "-T", source, `${served.url}deep/er/`])).code,
      22,
    );
    assertMatch(
      (await run("curl", [...auth, "-F", `file=@${source}`, "-F", `file=@${source};filename=b`, served.url])).out,
      /201$/,
    );
    assertEquals((await run("curl", ["-fsS", "-T", source, served.url])).code, 22);
    const files = ["deep/er/big ünï.bin", "big ünï.bin", "b"].map((name) => `${served.root}/${name}`);
    const [wanted, ...stored] = await sha256sum(source, ...files);
    assertEquals(stored, [wanted, wanted, wanted]);
    assertEquals(allNames(served.root).length, 5);
  }));

peerTest("file serve: wget -c continues", ["wget", "sha256sum"], () =>
  withFolder(async (folder) => {
    await using served = await site(folder);
    const source = `${served.root}/a file.bin`;
    await sample(source, SIZE);
    const target = `${folder}/a file.bin`;
    await Deno.writeFile(target, (await Deno.readFile(source)).subarray(0, 9_999_999));
    const { code, err } = await run("wget", ["-c", `${served.url}a%20file.bin`], folder);
    assertEquals(code, 0, err);
    assertMatch(err, /206 Partial Content/);
    const [one, other] = await sha256sum(source, target);
    assertEquals(one, other);
  }));

peerTest("file serve: aria2c -x8 loads in eight pieces", ["aria2c", "sha256sum"], () =>
  withFolder(async (folder) => {
    await using served = await site(folder);
    const source = `${served.root}/big.bin`;
    await sample(source, SIZE);
    const args = [
      "-x8",
      "-s8",
      "-k1M",
      "--file-allocation=none",
      "--console-log-level=error",
      "-d",
      folder,
      "-o",
      "big.bin",
    ];
    const { code, out } = await run("aria2c", [...args, `${served.url}big.bin`]);
    assertEquals(code, 0, out);
    const [one, other] = await sha256sum(source, `${folder}/big.bin`);
    assertEquals(one, other);
    assert((served.tool.stderr().match(/"GET /g)?.length ?? 0) >= 8, served.tool.stderr());
  }));

Deno.test("file serve: deno runs a module from it", () =>
  withFolder(async (folder) => {
    await using served = await site(folder);
    await Deno.writeTextFile(
      `${served.root}/x.ts`,
      'import { y } from "./lib/y.ts"; const z: string = y; console.log(z);',
    );
    await Deno.mkdir(`${served.root}/lib`);
    await Deno.writeTextFile(`${served.root}/lib/y.ts`, 'export const y: string = "from afar";');
    const { out, err } = await run(
      Deno.execPath(),
      ["run", "--quiet", "--no-prompt", "--reload", `${served.url}x.ts`],
      folder,
    );
    assertEquals(out, "from afar\n", err);
  }));

/** Parts of names that are valid for one program and difficult for another. */
const PIECES = [
  "a",
  "B",
  " ",
  "\n",
  "\r",
  "\t",
  "'",
  '"',
  "`",
  "<b>",
  "&amp;",
  "%20",
  "%2e%2e",
  "$(x)",
  ";",
  "|",
  "*",
  "?",
  "#",
  "~",
  "-",
  "..",
  ".",
  "ünï",
  "🦜",
  "\u202e",
  "\x1b[31m",
  "日本",
  ":",
  "=",
  "+",
  "\x7f",
  "%",
  "{}",
  "[0]",
  "\u00a0",
  "e\u0301",
  "\u00e9",
];

/** A tree of this many files with such names; the same each time. */
async function hostileTree(root: string, count: number): Promise<void> {
  let state = 7;
  const random = (below: number) => (state = state * 48271 % 2147483647) % below;
  const name = () => {
    const text = Array.from({ length: 1 + random(6) }, () => PIECES[random(PIECES.length)]).join("");
    return text.startsWith(".") ? `_${text}` : text;
  };
  const folders = [root];
  for (let made = 0; made < count;) {
    const folder = folders[random(folders.length)] ?? root;
    const path = `${folder}/${name()}${random(1000)}`;
    if (random(12) === 0 && folder.length < 600) {
      await Deno.mkdir(path, { recursive: true });
      folders.push(path);
    } else {
      await Deno.writeTextFile(path, `${made}`.repeat(random(400)), { createNew: true }).then(() => made++, () => {});
    }
  }
  await Deno.mkdir(`${root}/an empty folder`);
}

peerTest(
  "file put and get: a tree of 2,000 files with hostile names comes back as it was",
  ["diff"],
  () =>
    withFolder(async (folder) => {
      await using served = await site(folder, "--upload", "--quiet");
      const [from, to] = [`${folder}/from`, `${folder}/to`];
      await Deno.mkdir(from);
      await hostileTree(from, 2000);
      const put = await runTool("file", ["put", `${from}/`, served.url]);
      assertEquals([put.code, put.stderr], [0, ""]);
      assertMatch(put.stdout, /^2000 files \(/);
      const get = await runTool("file", ["get", "--parallel", "8", served.url, to]);
      assertEquals([get.code, get.stderr], [0, ""]);
      for (const other of [served.root, to]) {
        const { code, out } = await run("diff", ["-r", from, other]);
        assertEquals([code, out], [0, ""]);
      }
      const again = await runTool("file", ["get", served.url, to]);
      assertEquals(again.stdout, "0 files (0 B), 2000 unchanged\n");
    }),
);

const LOOKS: Readonly<Record<string, Look>> = {
  "desktop light": { viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  "desktop dark": { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  "phone light": { viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true, isMobile: true },
  "phone dark": { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true, isMobile: true },
};

/** Folder for screenshots of the page, if set. */
const PICTURES = Deno.env.get("TOUCAN_TEST_PICTURES");

async function someFiles(root: string): Promise<void> {
  const names = [
    "report 2026.pdf",
    "photo.jpg",
    "notes.md",
    "a very long name ".repeat(8) + ".txt",
    "<b>bold<i>.html",
    "new\nline",
    "🦜.txt",
    "data10.csv",
    "data9.csv",
  ];
  for (const [i, name] of names.entries()) await Deno.writeTextFile(`${root}/${name}`, "x".repeat(10 ** (i % 7)));
  for (const name of ["photos", "music", "photos/2026"]) await Deno.mkdir(`${root}/${name}`);
}

async function fileIn(folder: string, name: string, content: string): Promise<string> {
  await Deno.writeTextFile(`${folder}/${name}`, content);
  return `${folder}/${name}`;
}

for (const [name, look] of Object.entries(LOOKS)) {
  peerTest(`file serve: the page in Chromium: ${name}`, ["chromium"], () =>
    withFolder(async (folder) => {
      await using served = await site(folder, "--upload");
      await someFiles(served.root);
      await withPage(look, async (page) => {
        await page.goto(served.url);
        if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png` });
        const wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
        assertEquals(wide, false, "it scrolls sideways");
        const heads = "[...document.querySelectorAll('th a')].map((link) => link.offsetHeight)";
        assertEquals(
          new Set(await page.evaluate<number[]>(heads)).size,
          1,
          "the mark of the order is on a line of its own",
        );
        const shown = () => page.locator("tbody tr:visible td:first-child").allInnerTexts();
        assertEquals((await shown()).slice(0, 2), ["music/", "photos/"]);
        await page.keyboard.press("/");
        await page.keyboard.type("data csv");
        assertEquals(await shown(), ["data9.csv", "data10.csv"]);
        assertEquals(await page.locator("#count").innerText(), "2 of 11");
        await page.keyboard.press("ArrowDown");
        assertEquals(await page.evaluate("document.activeElement.textContent"), "data9.csv");
        await page.locator("#filter").fill("");
        await page.locator("th a[data-key=size]").click();
        assertEquals((await shown()).at(-1), "report 2026.pdf");
        await page.locator("#filter").fill("photos");
        await page.locator("tbody a:visible").first().click();
        await page.waitForURL(`${served.url}photos/`);
        assertEquals(await page.locator("h1").innerText(), "files/photos");
        assertEquals(await page.locator("h1 a").count(), 1);
      });
    }));
}

peerTest(
  "file serve: of a large folder Chromium shows more as one scrolls, and sorts and filters all",
  ["chromium"],
  () =>
    withFolder(async (folder) => {
      await using served = await site(folder);
      await Deno.mkdir(`${served.root}/large/zz`, { recursive: true });
      for (let i = 0; i < 1500; i++) await Deno.writeTextFile(`${served.root}/large/file ${i}`, "x".repeat(i % 50));
      await withPage({}, async (page) => {
        await page.goto(`${served.url}large/`);
        const rows = page.locator("tbody tr");
        const first = () => page.locator("tbody a").first().innerText();
        assertEquals([await rows.count(), await first()], [500, "zz/"]);
        assertEquals(await page.locator("nav").isVisible(), false);
        for (const count of [750, 1000, 1250, 1500, 1501]) {
          await page.evaluate("scrollTo(0, document.body.scrollHeight)");
          await rows.nth(count - 1).waitFor();
        }
        assertEquals(await page.locator("tbody a").last().innerText(), "file 1499");
        await page.locator("th a[data-key=size]").click();
        await page.waitForURL(/sort=size&order=desc/);
        assertEquals([await first(), await page.locator("tbody a").nth(1).innerText()], ["zz/", "file 49"]);
        await page.locator("#filter").fill("file 149");
        assertEquals([await rows.count(), await page.locator("#count").innerText()], [12, "12 of 1501"]);
        await page.locator("#filter").fill("no such name");
        assertEquals(await page.locator("#none").isVisible(), true);
        await page.locator("#filter").fill("");
        await page.locator("tbody a").first().focus();
        // Beyond what is shown the next ones come.
        for (let i = 0; i < 260; i++) await page.keyboard.press("ArrowDown");
        assertEquals(await page.evaluate("document.activeElement.closest('tr').sectionRowIndex"), 260);
      });
      await withPage({ javaScriptEnabled: false }, async (page) => {
        await page.goto(`${served.url}large/?sort=size`);
        await page.getByRole("link", { name: "Next" }).click();
        await page.waitForURL(/sort=size&page=2/);
        assertEquals(await page.locator("nav").innerText(), "Previous Page 2 of 4 Next");
        assertEquals(await page.locator("tbody tr").count(), 500);
      });
    }),
);

peerTest(
  "file serve: files are dropped on the page in Chromium, and chosen, also without scripts",
  ["chromium"],
  () =>
    withFolder(async (folder) => {
      await using served = await site(folder, "--upload");
      await withPage({}, async (page) => {
        await page.goto(served.url);
        const drop = async (name: string, content: string) => {
          const script = `(() => { const data = new DataTransfer(); data.items.add(new File([${
            JSON.stringify(content)
          }], ${JSON.stringify(name)})); return data; })()`;
          const data = await page.evaluateHandle(script);
          await page.dispatchEvent("form", "dragover", { dataTransfer: data });
          await page.dispatchEvent("form", "drop", { dataTransfer: data });
        };
        await drop("dropped ünï.txt", "content");
        await page.locator("tbody a", { hasText: "dropped ünï.txt" }).waitFor();
        assertEquals(await Deno.readTextFile(`${served.root}/dropped ünï.txt`), "content");
        // An existing file is replaced only after confirmation.
        page.once("dialog", (dialog) => void dialog.dismiss());
        await drop("dropped ünï.txt", "other");
        await page.locator("#jobs .bad", { hasText: "a file with that name already exists" }).waitFor();
        if (PICTURES) await page.screenshot({ path: `${PICTURES}/upload.png` });
        assertEquals(await Deno.readTextFile(`${served.root}/dropped ünï.txt`), "content");
        page.once("dialog", (dialog) => void dialog.accept());
        await drop("dropped ünï.txt", "other");
        await page.locator("#jobs li:last-child", { hasText: "done" }).waitFor();
        assertEquals(await Deno.readTextFile(`${served.root}/dropped ünï.txt`), "other");
        await page.reload();
        await page.setInputFiles("input[type=file]", await fileIn(folder, "chosen", "c"));
        await page.locator("tbody a", { hasText: "chosen" }).waitFor();
      });
      await withPage({ javaScriptEnabled: false }, async (page) => {
        await page.goto(served.url);
        await page.setInputFiles("input[type=file]", await fileIn(folder, 'plain "form" 🦜', "p"));
        await page.locator("form button").click();
        await page.locator("tbody a", { hasText: "plain" }).waitFor();
        assertEquals(await Deno.readTextFile(`${served.root}/plain "form" 🦜`), "p");
        await page.locator("th a[data-key=size]").click();
        await page.waitForURL(/sort=size/);
      });
      assertEquals(allNames(served.root), ["chosen", "dropped ünï.txt", 'plain "form" 🦜']);
    }),
);

/** Folders are read only when a file that was dropped beside them has arrived: the page must wait for them. */
const SLOW_FOLDERS = `{
  const { webkitGetAsEntry } = DataTransferItem.prototype;
  const arrived = () => [...document.querySelectorAll("#jobs li")].some((line) => line.innerText.includes("done"));
  let patched = false;
  DataTransferItem.prototype.webkitGetAsEntry = function () {
    const entry = webkitGetAsEntry.call(this);
    if (!entry.isDirectory || patched) return entry;
    patched = true;
    const reader = Object.getPrototypeOf(entry.createReader());
    const { readEntries } = reader;
    reader.readEntries = function (...args) {
      // timer: of the page, until a file has arrived
      const look = () => arrived() ? readEntries.apply(this, args) : setTimeout(look, 5);
      look();
    };
    return entry;
  };
}`;

peerTest(
  "file serve: a folder is dropped on the page in Chromium, with all that is in it",
  ["chromium", "diff"],
  () =>
    withFolder(async (folder) => {
      await using served = await site(folder, "--upload");
      const from = `${folder}/from`;
      await Deno.mkdir(`${from}/tree/deep/er`, { recursive: true });
      await Deno.writeTextFile(`${from}/first.txt`, "first");
      await Deno.writeTextFile(`${from}/tree/deep/er/100% #1?.txt`, "deepest");
      // A browser gives the entries of a folder a hundred at a time.
      for (let i = 0; i < 120; i++) await Deno.writeTextFile(`${from}/tree/deep/${i}`, `${i}`);
      await withPage({}, async (page, context) => {
        await page.addInitScript(SLOW_FOLDERS);
        await page.goto(served.url);
        const devTools = await context.newCDPSession(page);
        const data = { items: [], files: [`${from}/first.txt`, `${from}/tree`], dragOperationsMask: 1 };
        const tree = page.locator("tbody a", { hasText: "tree" });
        const begun = page.locator("#jobs li").or(tree).first();
        // What is dropped on a page that is not painted yet is lost.
        await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
        for (let tries = 0; tries === 0 || (tries < 3 && await begun.count() === 0); tries++) {
          for (const type of ["dragEnter", "dragOver", "drop"] as const) {
            await devTools.send("Input.dispatchDragEvent", { type, x: 200, y: 100, data });
          }
          await begun.waitFor().catch(() => {});
        }
        await tree.waitFor();
      });
      assertEquals(await run("diff", ["-r", from, served.root]), { code: 0, out: "", err: "" });
    }),
);

peerTest(
  "file serve: a page that was brought does nothing in the name of the server",
  ["chromium"],
  () =>
    withFolder(async (folder) => {
      await using served = await site(folder, "--upload");
      const attack =
        `<script>fetch("/evil", { method: "PUT", body: "x" }).catch(() => {}).finally(() => document.title = "tried")</script>`;
      await fetch(`${served.url}attack.html`, { method: "PUT", body: attack });
      await withPage({}, async (page) => {
        page.removeAllListeners("console");
        await page.goto(`${served.url}attack.html`);
        await page.waitForFunction('document.title === "tried"');
      });
      assertEquals(allNames(served.root), ["attack.html"]);
    }),
);
