import { assertEquals } from "@std/assert";
import { concurrently } from "../../lib/core/mod.ts";
import { peerTest } from "../kit/peer.ts";
import { CHUNKS } from "../kit/responses/chunks.ts";
import { CODINGS } from "../kit/responses/codings.ts";
import { HEADS } from "../kit/responses/heads.ts";
import { LENGTHS } from "../kit/responses/lengths.ts";
import { REASONS } from "../kit/responses/reasons.ts";
import type { ResponseRow } from "../kit/responses/row.ts";
import { askCurl, askOurs, serveRows, type Verdict } from "../kit/responses/verdict.ts";
import { ROOT } from "../kit/tool.ts";

const ROWS = [...HEADS, ...LENGTHS, ...CHUNKS, ...CODINGS];
/** The verdicts, one row per line; TOUCAN_WRITE_TABLES=1 writes them. */
const TABLE = `${ROOT}tests/data/http/curl_verdicts.txt`;

peerTest("responses: our verdict beside curl's, and why they differ", ["curl"], async () => {
  await using server = serveRows(ROWS);
  const lines = new Array<string>(ROWS.length).fill("");
  const judge = async ([index, row]: [number, ResponseRow]) => {
    const url = `http://127.0.0.1:${server.port}/${index}`;
    lines[index] = describe(row, await askCurl(url, row), await askOurs(url, row));
  };
  for await (const _judged of concurrently(ROWS.entries(), 8, judge));
  const { stdout } = await new Deno.Command("curl", { args: ["--version"] }).output();
  const version = new TextDecoder().decode(stdout).split(" ")[1];
  const text = `# what | curl ${version} | ours | why\n${lines.join("\n")}\n`;
  if (Deno.env.get("TOUCAN_WRITE_TABLES") === "1") Deno.writeTextFileSync(TABLE, text);
  const expected = Deno.readTextFileSync(TABLE);
  // Another version of curl may differ; Toucan's verdict is fixed.
  const same = expected.startsWith(text.slice(0, text.indexOf("\n")));
  const comparable = (table: string) =>
    same ? table : table.split("\n").slice(1).map((line) => line.split(" | ")[2]).join("\n");
  assertEquals(comparable(text), comparable(expected));
  assertEquals(ROWS.length, new Set(ROWS.map(({ what }) => what)).size, "a row is named twice");
  const known = new Set(ROWS.map(({ what }) => what));
  assertEquals(Object.keys(REASONS).filter((what) => !known.has(what)), []);
  if (same) assertEquals(lines.filter((line) => line.includes("UNEXPLAINED") || line.includes("NO DIFFERENCE")), []);
});

/** One line of the table. */
function describe(row: ResponseRow, curl: Verdict, ours: Verdict): string {
  const agree = (curl.rejected === undefined) === (ours.rejected === undefined) &&
    (curl.rejected !== undefined || (curl.body === ours.body && curl.status === ours.status));
  const reason = REASONS[row.what];
  const why = agree ? reason === undefined ? "" : "NO DIFFERENCE" : reason ?? "UNEXPLAINED";
  return `${row.what} | ${shown(curl)} | ${shown(ours)} | ${why}`.trimEnd();
}

function shown({ status, body, rejected }: Verdict): string {
  if (rejected !== undefined) return `rejected (${rejected})`;
  const text = JSON.stringify(body.length > 12 ? `${body.slice(0, 9)}...` : body);
  return `${status} ${text}${body.length > 12 ? ` (${body.length} bytes)` : ""}`;
}
