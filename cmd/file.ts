import {
  ANYWHERE,
  type Call,
  clientTls,
  columns,
  type Command,
  CONNECT_TIMEOUT,
  credentialsOf,
  errorLines,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  FAMILY,
  familyOf,
  flag,
  HTTP_FRONT,
  kind,
  main,
  option,
  Progress,
  PROXY,
  PROXY_VARIABLES,
  proxyOf,
  readStdin,
  reportListening,
  SERVER_TLS,
  SERVER_USER,
  serverCredentialsOf,
  serverTls,
  stdoutChunks,
  type Tour,
  TRUST,
  USER,
  verb,
} from "../lib/cli/mod.ts";
import { isLoopback, isUnspecified, parseAddress, parsePort, showUntrusted, UsageError } from "../lib/core/mod.ts";
import { basicAuthorization, hasScheme, hostPortOf, pathsOfDownload, readUrl } from "../lib/http/internal.ts";
import {
  accessLine,
  accessRecord,
  demonstrateFiles,
  entryRecord,
  entryRow,
  getStream,
  getTree,
  list,
  putStream,
  putTree,
  serveFiles,
  sumLine,
  type TreeEntry,
  type TreeReport,
  unreadableText,
} from "../lib/file/internal.ts";
import { CLIENT_HINTS, SERVE_HINTS } from "./hints/file.ts";
import { LIST_RECORDS, SERVE_RECORDS, TREE_RECORDS } from "./records/file.ts";

const port = kind.parsed("PORT", "a number from 0 to 65535", (text) => parsePort(text, true));

const serve = verb({
  summary: "serve a folder over HTTP",
  hints: SERVE_HINTS,
  description:
    "Files, ranges of them, and listings: as a page, and as JSON with ?list=json. The folder is never left, " +
    "by no path and no link; names that begin with a dot are hidden. With --upload files may be brought: by PUT, by " +
    "the page, by toucan file put.",
  operands: [{ metavar: "DIR", help: "the folder (default: the current one)", kind: kind.directory, optional: true }],
  options: {
    "host": option(kind.text("HOST", "a name or an address"), "listen on this address", { default: "127.0.0.1" }),
    "port": option(port, "listen on this port; 0: any that is free", { short: "p", default: "8000" }),
    "upload": flag("take files from clients", { short: "w" }),
    "overwrite": flag("forms of a page may replace files, as PUT may", { with: ["upload"] }),
    "max-size": option(kind.size, "with --upload: the largest file that is taken", { default: "16G" }),
    "allow-anonymous-upload": flag("with --upload: let everybody write, also from other machines"),
    ...SERVER_USER,
    ...SERVER_TLS,
    ...HTTP_FRONT,
    "dot-files": flag("serve names that begin with a dot, and with --upload accept them"),
    "no-index": flag("list a folder even when it has an index.html"),
    "max-connections": option(kind.integer(1, 100_000), "how many connections at once", { default: "10000" }),
    "trace": flag("write the heads of requests and responses to stderr, secrets masked"),
    "quiet": flag("write no access log", { short: "q" }),
    "json": flag("one JSON record per event, on stdout, instead of the access log"),
  },
  records: SERVE_RECORDS,
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*"], sys: ["networkInterfaces"] },
  examples: [
    { line: "file serve", does: "serve the current folder to this machine, on port 8000" },
    { line: "file serve --host 0.0.0.0 --upload --user me --tls", does: "exchange files with others in the network" },
  ],
  exits: [5],
  server: true,
  needs: ({ options: { upload, host }, operands: [dir = "."] }) => ({
    net: true,
    read: [dir],
    write: upload ? [dir] : [],
    // To print the addresses of this machine.
    sys: isUnspecified(host) ? ["networkInterfaces"] : [],
  }),
  async run({ options, operands: [dir = "."], output, signal, trace }) {
    const { host, upload, overwrite, quiet, json, cert } = options;
    const tls = await serverTls(options);
    const address = parseAddress(`${host.includes(":") ? `[${host}]` : host}:${options.port}`, { anyPort: true });
    await using server = serveFiles(dir, address, {
      ...{ tls, upload, overwrite, signal, trace },
      allowHost: options["allow-host"],
      trustProxy: options["trust-proxy"],
      credentials: await serverCredentialsOf(options),
      allowAnonymousUpload: options["allow-anonymous-upload"],
      maxSize: options["max-size"],
      dotFiles: options["dot-files"],
      ignoreIndex: options["no-index"],
      maxConnections: options["max-connections"],
      onRequest: quiet ? undefined : (request) => {
        const { error } = request;
        if (json) {
          const failed = error === undefined ? undefined : errorRecord(error);
          output.record({ event: "request", ...accessRecord(request), error: failed });
        } else output.note(accessLine(request));
      },
      onRefused: quiet ? undefined : ({ peer, error }) => {
        if (json) output.record({ event: "refused", peer, error: errorRecord(error) });
        else output.note(`${peer} was refused: ${error.message}`);
      },
    });
    const pin = cert === undefined ? tls?.pin : undefined;
    if (options.user !== undefined && !tls && host !== "localhost" && !isLoopback(host)) {
      output.note("warning: without --tls the password crosses the network in the clear");
    }
    reportListening(output, [{ scheme: tls ? "https" : "http", addr: server.address, path: "/", pin }]);
    await server.finished;
  },
});

const client = {
  ...USER,
  ...TRUST,
  ...FAMILY,
  ...PROXY,
  "timeout": option(kind.duration, "limit for each answer of the server (phase first-byte), connecting included", {
    default: "30s",
  }),
  ...CONNECT_TIMEOUT,
  "json": flag("one JSON record per file, and one with the sum"),
  "trace": flag("write what crosses the wire to stderr"),
};
/** The permissions of a client that writes no files. */
const READING = { net: true, read: ANYWHERE, env: ["TOUCAN_*", ...PROXY_VARIABLES] };
const parallel = option(kind.integer(1, 64), "how many files at once", { short: "P", default: "8" });
const retries = option(kind.integer(0, 100), "how often to try a file again", { default: "3" });
const url = {
  metavar: "URL",
  help: "where, as the server says it",
  kind: kind.parsed("URL", "an http or https URL", readUrl),
};

const get = verb({
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
  operands: [url, {
    metavar: "DEST",
    help: "the folder to write into (default: here); of a single file also its new path, or - for stdout",
    kind: kind.directory,
    optional: true,
  }],
  options: {
    ...client,
    parallel,
    retries,
    "sync": flag("write each file to disk by itself, not in groups"),
    "follow": flag("follow symbolic links of the server to folders"),
  },
  records: TREE_RECORDS,
  examples: [{ line: "file get http://192.0.2.7:8000/photos/", does: "load the folder into ./photos" }, {
    line: "file get http://192.0.2.7:8000/a.txt b.txt",
    does: "load a file under a new name",
  }],
  exits: [1, 3, 4, 5, 6],
  needs: ({ operands: [from = "", to = "."] }) => {
    if (to === "-") return { net: true };
    const paths = isNewName(from, to) ? pathsOfDownload(to) : [to];
    return { net: true, read: paths, write: paths };
  },
  async run(call) {
    const { options: { parallel, retries, sync, follow }, operands: [from = "", to] } = call;
    if (to === "-") return await getToStdout(call);
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

const put = verb({
  summary: "send files and folders to such a server",
  hints: CLIENT_HINTS,
  description:
    "The last operand is the URL of the folder to send into. A folder is sent under its own name, or, with a " +
    "slash at its end, what is in it. What is there already and the same is not sent; what was sent is verified. The server " +
    "answers when a file and its name are on its disk.\n\nA single PATH is sent as what the URL names, if that does not end " +
    "with a slash and is no folder on the server; - reads stdin and requires such a URL. A file that changes while it is " +
    "read is read once more, and then fails. Of servers that give no SHA-256 the size is compared. Modification times and " +
    "permission bits are sent along. Symbolic links in folders are skipped unless --follow is given. Dot-files are " +
    "accepted by servers with --dot-files. Names that are not valid UTF-8 cannot be sent and count as failed.",
  operands: [{ metavar: "PATH… URL", help: "what, and to where", many: true, complete: "file" }],
  options: { ...client, parallel, "follow": flag("follow symbolic links in folders, also out of them") },
  records: TREE_RECORDS,
  permissions: READING,
  examples: [{ line: "file put report.pdf photos http://192.0.2.7:8000/", does: "send a file and a folder" }, {
    line: "file put - http://192.0.2.7:8000/log.txt",
    does: "send stdin under a name",
  }],
  exits: [1, 3, 4, 5, 6],
  needs: ({ operands }) => ({ net: true, read: operands.slice(0, -1).filter((path) => path !== "-") }),
  async run(call) {
    const { options: { parallel, follow }, operands } = call;
    const to = operands.at(-1) ?? "";
    if (operands.length < 2) throw new UsageError("give one or several paths, and the URL to send them to");
    // Without a scheme it could be a path that is to be sent.
    if (!hasScheme(to)) throw new UsageError(`invalid URL "${to}": give one with http:// or https://`);
    const paths = operands.slice(0, -1);
    const url = readUrl(to);
    using told = teller(call);
    const options = { ...await remote(call, to), ...told, parallel, follow };
    if (!paths.includes("-")) return told.sum(await putTree(paths, url, options));
    if (paths.length > 1) throw new UsageError("stdin (-) cannot be combined with other paths");
    if (url.pathname.endsWith("/")) throw new UsageError("stdin (-) requires a URL that ends with a file name");
    return told.sum(await putStream({ read: readStdin }, url, options));
  },
});

/** Whether DEST may be the new name of a single file: neither of them ends with a slash. */
function isNewName(from: string, to: string): boolean {
  return !/[/\\]$/.test(to) && !/^\.{1,2}$/.test(to) && !URL.parse(from)?.pathname.endsWith("/");
}

/** Writes a single file to stdout; its record goes to stderr. */
async function getToStdout(call: Call<typeof client & { retries: typeof retries }, typeof TREE_RECORDS>) {
  const { options, operands: [from = ""], output } = call;
  const stdout = stdoutChunks();
  using told = teller({ options, output: output.onStderr() });
  const onProgress = Deno.stdout.isTerminal() ? undefined : told.onProgress;
  const asking = { ...await remote(call, from), retries: options.retries, onEntry: told.onEntry, onProgress };
  const report = await getStream(readUrl(from), stdout, asking);
  await stdout.end();
  return options.json ? told.sum(report) : 0;
}

const ls = verb({
  summary: "list a folder of such a server",
  hints: CLIENT_HINTS,
  operands: [url],
  options: { ...client, "digest": flag("with the SHA-256 of files (in a folder: of those up to 256 MiB)") },
  records: LIST_RECORDS,
  permissions: READING,
  examples: [{ line: "file ls http://192.0.2.7:8000/", does: "show what is there" }],
  exits: [1, 3, 4, 6],
  needs: () => ({ net: true }),
  async run(call) {
    const { options: { digest, json }, operands: [from = ""], output } = call;
    const { entries, truncated, unreadable } = await list(from, { ...await remote(call, from), digest });
    if (json) entries.forEach((entry) => output.record(entryRecord(entry)));
    else columns(entries.map((entry) => entryRow(entry, digest))).forEach((line) => output.line(line));
    if (truncated) output.note("there are more, which the server does not list");
    if (unreadable !== undefined) output.note(unreadableText(unreadable));
    if (json && (truncated || unreadable !== undefined)) {
      output.record({ event: "incomplete", unreadable, truncated: truncated || undefined });
    }
    return unreadable === undefined ? 0 : 6;
  },
});

/** How to ask the server of a URL. */
async function remote({ options, output, signal, trace }: Call<typeof client>, text: string) {
  const url = readUrl(text);
  const secure = url.protocol === "https:";
  const who = await credentialsOf(options);
  return {
    tls: await clientTls({ ...options, tls: secure }, output, "give an https URL"),
    proxy: proxyOf(options, hostPortOf(url)),
    family: familyOf(options),
    headers: who && { Authorization: basicAuthorization(who) },
    timeout: options.timeout,
    connectTimeout: options["connect-timeout"],
    ...{ signal, trace },
  };
}

/** Tells of each file, and of all. */
function teller({ options, output }: Pick<Call<typeof client, typeof TREE_RECORDS>, "options" | "output">) {
  const progress = new Progress();
  const recorded = ({ error }: TreeEntry | TreeReport) => error === undefined ? undefined : errorRecord(error);
  const keys = new Map<string, object>();
  const keyOf = (path: string) => keys.get(path) ?? keys.set(path, {}).get(path) ?? {};
  return {
    onProgress: (path: string, done: { bytes: number; total?: number }) => progress.update(keyOf(path), done),
    onEntry(entry: TreeEntry) {
      const { action, path, error } = entry;
      if (options.json) return output.record({ ...entry, ms: Math.round(entry.ms), error: recorded(entry) });
      if (error === undefined) return;
      progress.clear();
      errorLines(`${action}: ${showUntrusted(path)}`, error).forEach((line) => output.note(line));
    },
    sum(report: TreeReport): ExitCode {
      progress.clear();
      if (options.json) output.record({ event: "done", ...report, error: recorded(report) });
      else output.line(sumLine(report));
      return report.failed === 0 ? 0 : report.moved + report.unchanged > 0 ? 6 : exitCodeOf(report.error);
    },
    [Symbol.dispose]: () => progress[Symbol.dispose](),
  };
}

const tour: Tour = {
  title: "a folder served, and its client",
  async walk(stage) {
    stage.say("A server gives out a folder. Its client lists it, loads all of it, and sends a letter back.");
    stage.command("file serve --upload ./served            (one terminal)");
    stage.command("file get http://localhost:8000/ loaded   (another)");
    const { listing, got, put, escape } = await demonstrateFiles({
      trace: (event) => stage.crossed(event),
      signal: stage.signal,
    });
    stage.show(listing.entries.map(({ name, type, size }) => `${type.padEnd(7)}${size}  ${name}`).join("\n"));
    const verified = got.every(({ action, sha256 }) => action === "saved" && sha256 !== undefined);
    stage.check(got.length === 2 && verified, "both files are here, and their SHA-256 is the one at the server");
    stage.check(
      put[0]?.action === "sent",
      "the letter is there: the server says the SHA-256 of the bytes that were sent",
    );
    stage.check(/ 400 /.test(escape), "a path that leads out of the folder is refused");
  },
};

/** `toucan file`. */
export const command: Command = {
  name: "file",
  summary: "serve a folder over HTTP, and load from it or send to it",
  permissions: {
    net: true,
    read: ANYWHERE,
    write: ANYWHERE,
    env: ["TOUCAN_*", ...PROXY_VARIABLES],
    sys: ["networkInterfaces"],
  },
  verbs: { serve, get, put, ls },
  tour,
};

if (import.meta.main) await main(command);
