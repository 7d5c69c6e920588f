import { type Call, flag, kind, stdoutChunks, verb } from "../../lib/cli/mod.ts";
import { isStdout, UsageError } from "../../lib/core/mod.ts";
import { pathsOfDownload } from "../../lib/get/internal.ts";
import { CLIENT_HINTS } from "./hints.ts";
import { GET_LAYOUT } from "./layout.ts";
import { TREE_RECORDS } from "./records.ts";
import { CLIENT, PARALLEL, RETRIES, SERVER_URL } from "./client.ts";

/** `toucan file get`. */
export const get = verb({
  summary: "download a file or a folder from a Toucan file server or by FTP",
  hints: CLIENT_HINTS,
  description:
    "Each file is verified by its SHA-256. Identical files are kept, others are replaced, and interrupted downloads " +
    "are resumed. Nothing is written outside of DEST.\n\nA file is renamed to its name when it is complete and its data " +
    "is on disk, and reported when its name is on disk too: after a crash or a loss of power every name stands for a " +
    "complete file, and no reported file is lost. Files that are complete at the same time are flushed as a group; --sync " +
    "flushes each by itself. Files up to 1 MiB are downloaded again rather than resumed.\n\n" +
    "A single file is saved as DEST unless that is a folder or ends with a slash; - writes it to stdout. It may " +
    "come from any HTTP server. Files get the modification time and the permission bits of the server, without setuid, " +
    "setgid and sticky. Entries whose names are not valid UTF-8 cannot be transferred and count as failed.\n\n" +
    "From ftp: and ftps: URLs files are verified by the SHA-256 of the server where it computes it (HASH, XSHA256), or else " +
    "by their size; then a file with the same size and modification time is kept, if the server tells the time to the " +
    "second (MLSD, MDTM). The path is relative to the folder of the login; one that begins with %2F is absolute. The login is anonymous " +
    "without --user. Symbolic links are skipped unless --follow is given.",
  operands: [SERVER_URL, {
    metavar: "DEST",
    help: "folder to write to (default: the current one); for a single file also its new path, or - for stdout",
    kind: kind.directory,
    optional: true,
  }],
  options: {
    ...CLIENT,
    "parallel": PARALLEL,
    "retries": RETRIES,
    "sync": flag("flush each file to the disk by itself, not in groups"),
    "follow": flag("follow symbolic links of the server to folders; by FTP also those to files"),
  },
  records: TREE_RECORDS,
  examples: [
    { line: "file get http://192.0.2.7:8000/photos/", does: "download the folder into ./photos" },
    {
      line: "file get http://192.0.2.7:8000/a.txt b.txt",
      does: "download a file under a new name",
    },
    { line: "file get https://example.com/docs/ --pin sha256:BASE64", does: "trust the server by its key" },
    {
      line: "file get ftp://ftp.example.com/pub/docs/ docs",
      does: "download a folder by FTP",
    },
  ],
  layout: GET_LAYOUT,
  exits: [1, 3, 4, 5, 6],
  needs: ({ operands: [from = "", to = "."] }) => {
    if (to === "-" || isStdout(to)) return { net: true };
    const paths = isNewName(from, to) ? pathsOfDownload(to) : [to];
    return { net: true, read: paths, write: paths };
  },
  async run(call) {
    const { options: { parallel, retries, sync, follow }, operands: [from = "", to] } = call;
    if (to !== undefined && /^(?:https?|ftps?):/i.test(to)) {
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
  const { getStream } = await import("../../lib/file/internal.ts");
  const { remote, teller } = await import("./transfer.ts");
  const stdout = stdoutChunks();
  using told = teller({ options, output: output.onStderr() });
  const onProgress = Deno.stdout.isTerminal() ? undefined : told.onProgress;
  const asking = { ...await remote(call, from), retries: options.retries, onEntry: told.onEntry, onProgress };
  const report = await getStream(from, stdout, asking);
  await stdout.end();
  return options.json ? told.sum(report) : 0;
}
