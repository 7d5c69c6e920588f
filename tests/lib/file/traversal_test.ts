import { assert, assertEquals } from "@std/assert";
import { rawExchange } from "../../kit/raw.ts";
import { served, takeApart } from "../../kit/served.ts";

const DOTS = [
  "..",
  "%2e%2e",
  "%2E%2e",
  ".%2e",
  "%2e.",
  "..%00",
  "%252e%252e",
  "%c0%ae%c0%ae",
  "%e0%80%ae%e0%80%ae",
  "..;",
  "....",
  "%uff0e%uff0e",
  "\u2025",
];
const SLASHES = ["/", "%2f", "%2F", "\\", "%5c", "%5C", "%252f", "%c0%af", "%e0%80%af", "//", "/./"];

/** Returns targets that lead out of the root if they are decoded, joined or truncated in some other way. */
function targets(top: string): string[] {
  const made = DOTS.flatMap((dots) =>
    SLASHES.flatMap((slash) => [
      `/${dots}${slash}secret`,
      `/dir${slash}${dots}${slash}${dots}${slash}secret`,
    ])
  );
  const table = [
    `/${top}/secret`,
    `/${top.slice(1)}/secret`,
    `/%2f${top.slice(1)}/secret`,
    `//${top.slice(1)}/secret`,
    `file://${top}/secret`,
    "/link",
    "/link/",
    "/out/secret",
    "/out/",
    "/out?list=json",
    "/dir/../link",
    "/chain",
    "/up/secret",
    "/up/../secret",
    "/self/secret",
    "/.hidden",
    "/%2ehidden",
    "/.git/config",
    "/%2egit/config",
    "/dir/.hidden",
    "/to-hidden",
    "/pipe",
    "/pipe/",
    "/pipe?list=json",
    "/dev",
    "/etc/passwd",
    "/proc/self/environ",
    "/CON",
    "/NUL",
    "/COM1",
    "/aux.txt",
    "/a.txt::$DATA",
    "/a.txt:stream",
    "/C:/secret",
    "/C:%5csecret",
    "/a.txt/..",
    "/a.txt/../../secret",
    "/a.txt%00",
    "/a.txt%00.html",
    "/%00",
    "/a.txt/",
    "/..",
    "/../",
    "/.",
    "/./",
    "/...",
    "/.../secret",
    "/dir/..",
    "/dir/%2e%2e/",
    "/?/../../secret",
    "/?path=../secret",
    "/dir/..?list=json",
    "/%2e%2e?list=json",
    "/%",
    "/%zz",
    "/%f",
    "/%ff",
    `/${"../".repeat(50)}etc/passwd`,
    `/${"%2e%2e%2f".repeat(50)}etc/passwd`,
    `/${"a/".repeat(300)}`,
    `/${"a".repeat(300)}`,
    "/a\tb",
    "/~root",
    "/$HOME",
  ];
  return [...made, ...table];
}

Deno.test("file serve: more than 200 paths, and none leads out", async () => {
  await using site = await served({
    "a.txt": "A",
    "dir/b.txt": "B",
    ".hidden": "SECRET",
    "dir/.hidden": "SECRET",
    ".git/config": "SECRET",
  });
  const { root, top, port } = site;
  await Deno.symlink(`${top}/secret`, `${root}/link`);
  await Deno.symlink(top, `${root}/out`);
  await Deno.symlink("link", `${root}/chain`);
  await Deno.symlink("..", `${root}/up`);
  await Deno.symlink("self", `${root}/self`);
  await Deno.symlink(".hidden", `${root}/to-hidden`);
  await Deno.symlink("dir/b.txt", `${root}/inside`);
  await new Deno.Command("mkfifo", { args: [`${root}/pipe`] }).output();
  const all = targets(top);
  assert(all.length > 200, `${all.length}`);
  for (const target of all) {
    for (const method of ["GET", "HEAD"]) {
      const request = `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
      // As octets: what is above ASCII goes out as it would in UTF-8.
      const octets = String.fromCharCode(...new TextEncoder().encode(request));
      const text = await rawExchange(port, octets);
      assert(!/SECRET|root:|config/.test(text), target);
      const { status, body } = takeApart(text);
      const fine = [400, 404, 301].includes(status) ||
        (status === 200 && (body === "A" || body.includes("<bdi>a.txt</bdi>") || body === ""));
      assert(fine, `${method} ${target}: ${status} ${body.slice(0, 100)}`);
    }
  }
  // A link that stays inside is followed; what leads out is not even listed.
  assertEquals((await site.ask("GET /inside")).body, "B");
  const names = [...(await site.ask("GET /")).body.matchAll(/<tr>.*?<bdi>([^<]*)</g)].map(([, name]) => name);
  assertEquals(names, ["dir", "a.txt", "inside"]);
});

Deno.test("file serve: a folder that becomes a link while it is read leads nowhere", async () => {
  await using site = await served({ "dir/secret": "mine" });
  const { root, top } = site;
  let stop = false;
  const swap = async () => {
    while (!stop) {
      await Deno.rename(`${root}/dir`, `${root}/gone`);
      await Deno.symlink(top, `${root}/dir`);
      await Deno.remove(`${root}/dir`);
      await Deno.rename(`${root}/gone`, `${root}/dir`);
    }
  };
  const swapping = swap();
  const bodies = new Set<string>();
  for (let time = 0; time < 1500; time++) {
    const { status, body } = await site.ask("GET /dir/secret");
    bodies.add(status === 200 ? body : `${status}`);
  }
  stop = true;
  await swapping;
  assert(!bodies.has("SECRET outside"));
  assertEquals([...bodies].filter((body) => body !== "mine" && body !== "404"), []);
});
