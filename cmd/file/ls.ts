import { columns, flag, verb } from "../../lib/cli/mod.ts";
import { CLIENT_HINTS } from "./hints.ts";
import { LS_LAYOUT } from "./layout.ts";
import { LIST_RECORDS } from "./records.ts";
import { CLIENT, READING, SERVER_URL } from "./client.ts";

/** `toucan file ls`. */
export const ls = verb({
  summary: "list a folder of a Toucan file server or by FTP",
  hints: CLIENT_HINTS,
  operands: [SERVER_URL],
  options: { ...CLIENT, "digest": flag("print the SHA-256 of files (in a folder: of those up to 256 MiB)") },
  records: LIST_RECORDS,
  permissions: READING,
  examples: [
    { line: "file ls http://192.0.2.7:8000/", does: "list the files and folders" },
    {
      line: "file ls --digest http://192.0.2.7:8000/docs/",
      does: "list a folder with the SHA-256 of its files",
    },
    { line: "file ls --json https://example.com/", does: "one JSON record per entry" },
    {
      line: "file ls ftp://ftp.example.com/pub/",
      does: "list a folder of an FTP server",
    },
  ],
  layout: LS_LAYOUT,
  exits: [1, 3, 4, 6],
  needs: () => ({ net: true }),
  async run(call) {
    const { entryRecord, entryRow, list, unreadableText } = await import("../../lib/file/internal.ts");
    const { remote } = await import("./transfer.ts");
    const { options: { digest, json }, operands: [from = ""], output } = call;
    const listing = await list(from, { ...await remote(call, from), digest });
    const { entries, truncated, unreadable } = listing;
    if (json) entries.forEach((entry) => output.record(entryRecord(entry)));
    else columns(entries.map((entry) => entryRow(entry, digest))).forEach((line) => output.line(line));
    if (truncated) output.note("there are more, which the server does not list");
    const lacking = unreadableText(listing);
    if (lacking !== undefined) output.note(lacking);
    if (json && (truncated || unreadable !== undefined)) {
      output.record({ event: "incomplete", unreadable, truncated: truncated || undefined });
    }
    return truncated || unreadable !== undefined ? 6 : 0;
  },
});
