import { assertEquals } from "@std/assert";
import { getTree, putTree, type RemoteOptions, serveFiles, type TreeEntry } from "../../../lib/file/mod.ts";
import { remoteOptions } from "../../../lib/file/client/http/listing.ts";
import { parseProxy } from "../../../lib/core/mod.ts";
import { ConnectionPool } from "../../../lib/http/mod.ts";
import { withFolder } from "../../kit/folder.ts";
import { allNames } from "../../kit/served.ts";

/** Files of a folder before each transfer. */
const FILES = ["a", "d/", "d/b"];

/** Transfers between a folder and itself: what is served, from where to where, the skipped folder, what there is after two runs. */
const OVERLAPS: readonly (readonly [
  verb: "get" | "put",
  served: string,
  from: string,
  to: string,
  skipped: string[],
  names: string[],
])[] = [
  ["get", ".", "", "copy", ["copy"], ["a", "copy/", "copy/a", "copy/d/", "copy/d/b", "d/", "d/b"]],
  ["get", ".", "", "d/e/f", ["d/e/f"], [
    "a",
    "d/",
    "d/b",
    "d/e/",
    "d/e/f/",
    "d/e/f/a",
    "d/e/f/d/",
    "d/e/f/d/b",
    "d/e/f/d/e/",
  ]],
  ["get", "d", "", "d/c", ["c"], ["a", "d/", "d/b", "d/c/", "d/c/b"]],
  ["get", ".", "d/", "d", [], FILES],
  ["put", ".", ".", "x/y/", ["x/y"], ["a", "d/", "d/b", "x/", "x/y/", "x/y/a", "x/y/d/", "x/y/d/b", "x/y/x/"]],
  ["put", "d", ".", "new/", ["d/new"], ["a", "d/", "d/b", "d/new/", "d/new/a", "d/new/d/", "d/new/d/b"]],
  ["put", "d", ".", "", ["d"], ["a", "d/", "d/a", "d/b"]],
  ["put", ".", ".", "", [], FILES],
];

const CASES = OVERLAPS.flatMap((row) => (["http", "ftp"] as const).map((protocol) => [protocol, ...row] as const));

for (const [protocol, verb, served, from, to, skipped, names] of CASES) {
  Deno.test(`${verb} of a folder into itself by ${protocol} ends: ${served} served, "${from}" to "${to}"`, () =>
    withFolder(async (top) => {
      await Deno.mkdir(`${top}/d`);
      for (const file of ["a", "d/b"]) await Deno.writeTextFile(`${top}/${file}`, file);
      await using server = serveFiles(`${top}/${served}`, "127.0.0.1:0", {
        upload: true,
        ftp: { listen: "127.0.0.1:0" },
      });
      const url = protocol === "http" ? server.url : server.ftp[0]?.url;
      const entries: TreeEntry[] = [];
      const onEntry = (entry: TreeEntry) => void entries.push(entry);
      const transfer = (options: { readonly onEntry?: typeof onEntry } = {}) =>
        verb === "get"
          ? getTree(`${url}${from}`, `${top}/${to}`, options)
          : putTree([`${top}/${from}`], `${url}${to}`, options);
      await transfer();
      const report = await transfer({ onEntry });
      assertEquals([report.moved, report.failed], [0, 0]);
      const found = entries.filter(({ action }) => action === "skipped");
      assertEquals(found.map(({ path, error }) => [path, error?.code]), skipped.map((path) => [path, "same-folder"]));
      assertEquals(allNames(top), names);
    }));
}

Deno.test("all options of a request reach the requests of a tree", () => {
  const { signal } = new AbortController();
  const times = { stall: 1, timeout: 2, connectTimeout: 3 };
  using pool = new ConnectionPool();
  const all: Required<Omit<RemoteOptions, "credentials" | "ftpTls">> = {
    ...{
      ...times,
      headers: {},
      tls: {},
      proxy: parseProxy("http://127.0.0.1:1"),
      family: 4,
      pool,
      signal,
      trace: () => {},
    },
  };
  assertEquals(remoteOptions(all), all);
});
