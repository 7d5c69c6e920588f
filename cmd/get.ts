import { ANYWHERE, type Command, main, missingFolders, PROXY_VARIABLES, verb } from "../lib/cli/mod.ts";
import { HINTS } from "./get/hints.ts";
import { LAYOUT } from "./get/layout.ts";
import { inFolder, OPTIONS } from "./get/options.ts";
import { RECORDS } from "./get/records.ts";

const getVerb = verb({
  summary: "download URLs to stdout or to files, whole pages and their images",
  hints: HINTS,
  description: "Writes each body to stdout, or to NAME.part, which is renamed when it is complete. Interrupted " +
    "downloads are retried from where they stopped; --resume continues those of an earlier run, if the file has not " +
    "changed. Status 400 and above is a failure. The URL of a folder on an FTP server ends with /: it is listed.",
  more:
    "A file is reported when its data and its name are on disk. With --save, files up to 1 MiB that are complete at " +
    "the same time are flushed as a group (with --sync each by itself), and are downloaded again rather than resumed. " +
    "Requests to one server share connections.\n\n" +
    "A file gets the time of Last-Modified. With --force a file that is replaced keeps its mode, owner and links: a " +
    "symbolic link is followed. Until the new file is complete the old one stays as it is; only where it has several " +
    "hard links, another owner who cannot be preserved, or is a mount point, the bytes are copied into it at the end, " +
    "and a crash during that copy leaves it incomplete. A device, a pipe, /dev/stderr or /dev/fd/N (for >(command)) is " +
    "written to as the data arrives, without --force. Files of one run with the same name are numbered: name-2.\n\n" +
    "In a list of URLs on stdin, blank lines and those that begin with # are skipped.\n\n" +
    "--http2 uses HTTP/2 over TLS, or with prior knowledge for http: URLs; simultaneous downloads share a connection. " +
    "It cannot be combined with an HTTP proxy for http: URLs. With it a body without Content-Length that the server " +
    "cancels cannot be told from a complete one; --checksum detects that.\n\n" +
    "FTP: passive mode only (EPSV, then PASV), files as they are (TYPE I), anonymous without a user. A path is relative " +
    "to the folder after the login; one that begins with %2F is absolute. A download is resumed (REST) if size and time " +
    "of the file (MLST, or SIZE and MDTM) are those of the part, and complete only after the server's confirmation " +
    "(226). Downloads from one server use a connection for each of --parallel. A listing has type and permissions, " +
    "size, time (UTC) and name of each entry. An HTTP proxy is asked for a tunnel (CONNECT); of the variables only " +
    "ALL_PROXY applies.\n\n" +
    "--page saves HTML, XHTML and SVG, in UTF-8: images, styles and their imports, fonts, icons, scripts, video and " +
    "audio as data URLs; frames as srcdoc (those of a frameset, XHTML and SVG as data URLs), at most four deep and a " +
    "hundred; elements of other SVG files as copies. XML is saved as XML: name it .xhtml or .svg. A reference that is too " +
    "large, not found, or the target of a refresh keeps its absolute URL and is reported in a line, or with --json in a " +
    "record with its kind, and the exit code is 6. Files that scripts request when the page is opened are not known: " +
    "--no-scripts omits scripts. Frames of another origin, and those with a Content-Security-Policy, get a sandbox " +
    "without their origin.",
  operands: [{ metavar: "URL", help: "http:, https:, ftp: or ftps: URLs", many: true, batch: true }],
  options: OPTIONS,
  records: RECORDS,
  examples: [
    { line: "get https://example.com/", does: "print the source of a page" },
    { line: "get --save --resume https://example.com/big.iso", does: "download a file, or resume it" },
    { line: "get --page -o page.html https://example.com/", does: "save a page with its images and styles" },
    { line: "get --images --dir pictures https://example.com/", does: "save the images of a page" },
    { line: "get --save --resume ftp://ftp.example.org/pub/big.iso", does: "download a file by FTP" },
    { line: "get --save --parallel 4 --json - < urls.txt", does: "print one record per URL, including failures" },
  ],
  layout: LAYOUT,
  exits: [1, 3, 4, 5, 6],
  needs: ({ options }) => ({
    net: true,
    env: (options.proxy || options.direct) && !options.http2 ? [] : PROXY_VARIABLES,
    ...(inFolder(options) ? { read: [options.dir], write: [options.dir] } : {}),
    ...(options.page && options.output !== undefined ? { write: missingFolders(options.output) } : {}),
  }),
  async run(call) {
    const { runGet } = await import("./get/run.ts");
    return await runGet(call);
  },
});

/** `toucan get`. */
export const command: Command = {
  name: "get",
  summary: "download pages, files and images over HTTP and FTP",
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*", ...PROXY_VARIABLES] },
  verb: getVerb,
};

if (import.meta.main) await main(command);
