import { assert, assertEquals } from "@std/assert";
import { selfSigned, writeAll } from "../../lib/core/mod.ts";
import { withFolder } from "../kit/folder.ts";
import { octets, readUntil, scriptedServer } from "../kit/raw.ts";
import { allNames } from "../kit/served.ts";
import { testSite } from "../kit/site.ts";
import { runTool } from "../kit/tool.ts";

const COUNT = 60;
const NAMES = Array.from({ length: COUNT }, (_, i) => `f${i}`);

interface Case {
  readonly what: string;
  /** Additional header fields of a response. */
  readonly fields?: string;
  readonly version?: "1.0" | "1.1";
  /** Number of requests on a connection after which the server closes it. @default all */
  readonly each?: number;
  /** Minimum and maximum number of connections for a value of --parallel. */
  readonly connections: (parallel: number) => readonly [least: number, most: number];
}

const CASES: readonly Case[] = [
  { what: "a server that keeps connections", connections: (parallel) => [1, parallel] },
  {
    what: "a server that closes each after its answer, and says so",
    fields: "Connection: close\r\n",
    each: 1,
    connections: () => [COUNT, COUNT],
  },
  {
    what: "a server that closes each after its answer without a word",
    each: 1,
    connections: () => [COUNT, COUNT],
  },
  {
    what: "a server that closes each after ten answers",
    each: 10,
    connections: (parallel) => [COUNT / 10, COUNT / 10 + 2 * parallel],
  },
  { what: "a server of HTTP/1.0", version: "1.0", each: 1, connections: () => [COUNT, COUNT] },
];

for (const { what, fields = "", version = "1.1", each = Infinity, connections } of CASES) {
  Deno.test(`get: a batch from ${what}`, () =>
    withFolder(async (folder) => {
      for (const parallel of [1, 8]) {
        await using server = scriptedServer(async (conn) => {
          for (let i = 0; i < each; i++) {
            const [, name = ""] = /^GET \/(\S+)/.exec(await readUntil(conn, /\r\n\r\n$/)) ?? [];
            const head = `HTTP/${version} 200 OK\r\n${fields}Content-Length: ${name.length}\r\n\r\n`;
            await writeAll(conn, octets(head + name));
          }
        });
        const to = `${folder}/${parallel}`;
        const { code, stdout, stderr } = await runTool(
          "get",
          ["--save", "-q", "--retries", "0", "--parallel", `${parallel}`, "-D", to, "-"],
          { stdin: NAMES.map((name) => `http://127.0.0.1:${server.port}/${name}\n`).join("") },
        );
        assertEquals([code, stderr, allNames(to)], [0, "", [...NAMES].sort()]);
        for (const name of NAMES) assertEquals(Deno.readTextFileSync(`${to}/${name}`), name);
        if (parallel === 1) assertEquals(stdout, NAMES.map((name) => `${to}/${name}\n`).join(""));
        const [least, most] = connections(parallel);
        assert(server.clients >= least && server.clients <= most, `${server.clients} connections`);
      }
    }));
}

Deno.test("get: a batch over TLS shares connections, as do a page and its images", () =>
  withFolder(async (folder) => {
    const pair = await selfSigned();
    const images = NAMES.slice(0, 20);
    const page = images.map((name) => `<img src="${name}">`).join("");
    const html = { headers: { "Content-Type": "text/html" }, body: page };
    await using site = testSite(
      { "/page": html, ...Object.fromEntries(NAMES.map((name) => [`/${name}`, { body: name }])) },
      { tls: pair },
    );
    const connections = () => new Set(site.requests.map(({ peer }) => peer)).size;
    const get = async (args: readonly string[], stdin = "") => {
      const { code, stderr } = await runTool("get", ["-q", "--pin", pair.pin, ...args], { stdin });
      assertEquals([code, stderr], [0, ""]);
    };
    const before = () => [site.requests.length, connections()] as const;
    await get(["--save", "-P", "4", "-D", folder, "-"], NAMES.map((name) => `${site.url}${name}\n`).join(""));
    const [first, four] = before();
    assertEquals([first, four <= 4], [COUNT, true], `${four} connections`);
    await get(["--page", "-o", `${folder}/page.html`, `${site.url}page`]);
    assert(connections() - four <= 6, `${connections() - four} connections`);
    const sofar = connections();
    await get(["--images", "-D", `${folder}/images`, `${site.url}page`]);
    assertEquals(allNames(`${folder}/images`), [...images].sort());
    assert(connections() - sofar <= 6, `${connections() - sofar} connections`);
  }));

Deno.test("get --parallel 1: records are in the order of the URLs, including failures", () =>
  withFolder(async (folder) => {
    await using site = testSite(
      Object.fromEntries(NAMES.filter((_, i) => i % 3 > 0).map((name) => [`/${name}`, { body: name }])),
    );
    const stdin = NAMES.map((name) => `${site.url}${name}\n`).join("");
    const connections = () => new Set(site.requests.map(({ peer }) => peer)).size;
    for (const more of [[], ["--sync"]]) {
      const before = connections();
      const args = ["--save", "--force", "--json", "-D", folder, ...more, "-"];
      const { code, stdout } = await runTool("get", args, { stdin });
      const records = stdout.trim().split("\n").map((line) => JSON.parse(line));
      assertEquals([code, records.map(({ url }) => `${url}\n`).join("")], [6, stdin]);
      assertEquals(records.filter(({ error }) => error).length, COUNT / 3);
      assertEquals(connections() - before, 1);
    }
  }));
