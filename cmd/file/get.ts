import { type Call, flag, kind, stdoutChunks, verb } from "../../lib/cli/mod.ts";
import { isStdout, UsageError } from "../../lib/core/mod.ts";
import { pathsOfDownload } from "../../lib/get/internal.ts";
import { CLIENT_HINTS } from "./hints.ts";
import { GET_LAYOUT } from "./layout.ts";
import { TREE_RECORDS } from "./records.ts";
import { CLIENT, PARALLEL, RETRIES, SERVER_URL } from "./client.ts";

/** `toucan file get`. */
export const get = verb({
  summary: "load a file or a whole tree from such a server",
  hints: CLIENT_HINTS,
  description:
    "Each file is verified by its SHA-256. What is there already and the same stays as it is, what differs is " +
    "replaced, and what an earlier run has begun is continued. Nothing is written outside of DEST.\n\nA file gets its " +
    "name when it is complete and its data is on disk, and its record follows when its name is on disk too: after a crash " +
    "or a loss of power a name stands for a whole file, and no file that was reported is lost. Files that are complete at " +
    "the same time share the cost; --sync writes each by itself. Files up to 1 MiB are not resumed but downloaded again." +
    "\n\nA single file is saved as DEST unless that is a folder or ends with a slash; - writes it to stdout. It may " +
    "come from any HTTP server. Files get the modification time and the permission bits that they have on the server, " +
    "without setuid, setgid and sticky. Entries whose names are not valid UTF-8 cannot be transferred and count as failed.",
  operands: [SERVER_URL, {
    metavar: "DEST",
    help: "the folder to write into (default: here); of a single file also its new path, or - for stdout",
    kind: kind.directory,
    optional: true,
  }],
  options: {
    ...CLIENT,
    "parallel": PARALLEL,
    "retries": RETRIES,
    "sync": flag("write each file to disk by itself, not in groups"),
    "follow": flag("follow symbolic links of the server to folders"),
  },
  records: TREE_RECORDS,
  examples: [{ line: "file get http://192.0.2.7:8000/photos/", does: "load the folder into ./photos" }, {
    line: "file get http://192.0.2.7:8000/a.txt b.txt",
    does: "load a file under a new name",
  }, { line: "file get https://example.com/docs/ --pin sha256:BASE64", does: "trust the server by its key" }],
  layout: GET_LAYOUT,
  exits: [1, 3, 4, 5, 6],
  needs: ({ operands: [from = "", to = "."] }) => {
    if (to === "-" || isStdout(to)) return { net: true };
    const paths = isNewName(from, to) ? pathsOfDownload(to) : [to];
    return { net: true, read: paths, write: paths };
  },
  async run(call) {
    const { options: { parallel, retries, sync, follow }, operands: [from = "", to] } = call;
    if (to !== undefined && /^https?:/i.test(to)) {
      throw new UsageError(`DEST: "${to}" is a URL, not a path; one call downloads what one URL names`, {
        hint: "call file get for each URL, or use toucan get --save URL…",
      });
    }
    if (to === "-" || (to !== undefined && isStdout(to))) return await getToStdout(call);
    const { getTree } = await import("../../lib/file/internal.ts");
    const { remote, teller } = await import("./transfer.ts");
    using told = teller(call);
    const options = {
      ...await remote(call, from),
      ...told,
      parallel,
      retries,
      syncEach: sync,
      follow,
      asFile: to !== undefined && isNewName(from, to),
      keepName: to === undefined,
    };
    return told.sum(await getTree(from, to ?? ".", options));
  },
});

/** Whether DEST may be the new name of a single file: neither of them ends with a slash. */
function isNewName(from: string, to: string): boolean {
  return !/[/\\]$/.test(to) && !/^\.{1,2}$/.test(to) && !URL.parse(from)?.pathname.endsWith("/");
}

/** Writes a single file to stdout; its record goes to stderr. */
async function getToStdout(call: Call<typeof CLIENT & { readonly retries: typeof RETRIES }, typeof TREE_RECORDS>) {
  const { options, operands: [from = ""], output } = call;
  const { readUrl } = await import("../../lib/http/internal.ts");
  const { getStream } = await import("../../lib/file/internal.ts");
  const { remote, teller } = await import("./transfer.ts");
  const stdout = stdoutChunks();
  using told = teller({ options, output: output.onStderr() });
  const onProgress = Deno.stdout.isTerminal() ? undefined : told.onProgress;
  const asking = { ...await remote(call, from), retries: options.retries, onEntry: told.onEntry, onProgress };
  const report = await getStream(readUrl(from), stdout, asking);
  await stdout.end();
  return options.json ? told.sum(report) : 0;
}
