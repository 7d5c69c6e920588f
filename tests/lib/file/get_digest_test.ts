import { assertEquals } from "@std/assert";
import { parseAddress, ToucanError } from "../../../lib/core/mod.ts";
import { getTree, type TreeEntry } from "../../../lib/file/mod.ts";
import { serveHttp } from "../../../lib/http/mod.ts";
import { withFolder } from "../../kit/folder.ts";
import { allNames, served, settled } from "../../kit/served.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const HELLO = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
const OTHER = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

interface Case {
  readonly what: string;
  /** Repr-Digest with each file. */
  readonly field?: string;
  /** Response of the server to a request for the digest of one file. */
  readonly asked?: string;
  /** Whether the folder has a file before. */
  readonly before?: boolean;
  readonly result: string;
  /** Requests: `L` a listing, `D` one with digests, `d` that of a file with its digest, `G` a file. */
  readonly requests: string;
}

const CASES: readonly Case[] = [
  { what: "comes with its response into a new folder", field: `sha-256=:${HELLO}:`, result: "saved", requests: "LGGG" },
  {
    what: "is among others",
    field: `sha-512=:AA==:, sha-256=:${HELLO}:`,
    result: "saved",
    requests: "LGGG",
  },
  {
    what: "is another one, also when it is asked for",
    field: `sha-256=:${OTHER}:`,
    asked: Uint8Array.fromBase64(OTHER).toHex(),
    result: "checksum-mismatch",
    requests: "LGdGGdGGdG",
  },
  {
    what: "is another one, but not when it is asked for",
    field: `sha-256=:${OTHER}:`,
    asked: Uint8Array.fromBase64(HELLO).toHex(),
    result: "saved",
    requests: "LGdGGdGGdG",
  },
  {
    what: "does not come: it is asked for",
    asked: Uint8Array.fromBase64(HELLO).toHex(),
    result: "saved",
    requests: "LGdGdGdG",
  },
  {
    what: "is no digest: it is asked for",
    field: "sha-256=:xyz:",
    asked: Uint8Array.fromBase64(HELLO).toHex(),
    result: "saved",
    requests: "LGdGdGdG",
  },
  {
    what: "is in the listing where there is something to compare with",
    field: `sha-256=:${OTHER}:`,
    asked: Uint8Array.fromBase64(HELLO).toHex(),
    before: true,
    result: "saved",
    requests: "DGGG",
  },
];

for (const { what, field, asked, before, result, requests } of CASES) {
  Deno.test(`file get: the digest of a file ${what}`, () =>
    withFolder(async (folder) => {
      let heard = "";
      const names = ["a", "b", "c"];
      const entry = (name: string, sha256?: string) => ({ name, type: "file", size: 5, modified: 0, sha256 });
      const listing = (entries: unknown[], type = "folder") => ({
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ path: [], type, entries, truncated: false }),
      });
      const address = parseAddress("127.0.0.1:0", { anyPort: true });
      await using server = serveHttp(address, ({ url }) => {
        const [name = "", query] = [url?.pathname.slice(1), url?.searchParams];
        const digest = query?.has("digest") ? asked : undefined;
        heard += name !== "" ? query?.has("list") ? "d" : "G" : query?.has("digest") ? "D" : "L";
        if (query?.has("list")) {
          return name === ""
            ? listing(names.map((name) => entry(name, digest)))
            : listing([entry(name, digest)], "file");
        }
        return { headers: field === undefined ? {} : { "Repr-Digest": field }, body: "hello" };
      });
      if (before) await Deno.writeTextFile(`${folder}/mine`, "mine");
      const entries: TreeEntry[] = [];
      await getTree(`http://${server.address}/`, folder, {
        ...{ parallel: 1, retries: 0, timeout: DEADLINE_MS },
        onEntry: (entry) => entries.push(entry),
      });
      const results = entries.map(({ action, error }) => error instanceof ToucanError ? error.code : action);
      assertEquals([results, heard], [[result, result, result], requests]);
      const saved = result === "saved" ? names : [];
      assertEquals(allNames(folder), before ? [...saved, "mine"] : saved);
    }));
}

Deno.test("file serve: small files have their digest, others where it is wanted and quickly made", async () => {
  const sizes = { tiny: 5, small: 500_000, large: 2 << 20, empty: 0 };
  await using site = await served(
    Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, "x".repeat(size)])),
  );
  for (const name of Object.keys(sizes)) await settled(site, `/${name}`);
  const wanting = "Want-Repr-Digest: sha-256=1\r\n";
  for (
    const [name, fields, comes] of [
      ["tiny", "", true],
      ["empty", "", true],
      ["small", "", false],
      ["small", wanting, true],
      ["small", `${wanting}Range: bytes=1-2\r\n`, true],
      ["small", "Want-Repr-Digest: sha-256=0\r\n", false],
      ["large", wanting, false],
    ] as const
  ) {
    const digest = new Uint8Array(
      await crypto.subtle.digest("SHA-256", await Deno.readFile(`${site.root}/${name}`)),
    ).toBase64();
    const answer = await site.ask(`GET /${name}`, fields);
    assertEquals(answer.field("repr-digest"), comes ? `sha-256=:${digest}:` : "", `${name} ${fields}`);
  }
});
