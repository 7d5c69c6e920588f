import { ANYWHERE, type Command, main, missingFolders, PROXY_VARIABLES, verb } from "../lib/cli/mod.ts";
import { HINTS } from "./get/hints.ts";
import { LAYOUT } from "./get/layout.ts";
import { inFolder, OPTIONS } from "./get/options.ts";
import { RECORDS } from "./get/records.ts";

const getVerb = verb({
  summary: "load what URLs name: to stdout, to files, or whole pages and their images",
  hints: HINTS,
  description: "A body goes to stdout, or as NAME.part to a file that gets its name when it is whole. What fails on " +
    "the way is tried again from where it stopped; --resume goes on with what an earlier run has left, if it is still " +
    "the same, and leaves alone what is complete. An answer of 400 and above is no file: it ends with 1.\n\n" +
    "A file is reported when its data and its name are on disk; with " +
    "--save, files up to 1 MiB that are complete at the same time share the cost (--sync writes each by itself), and are " +
    "downloaded again rather than resumed. Requests to one server share connections.\n\n" +
    "A file gets the time of Last-Modified. With --force a file that is replaced keeps its mode, owner and links: a " +
    "symbolic link is followed. Until the new file is whole the old one stays as it is; only where it has several hard " +
    "links, another owner who cannot be kept, or is a mount point, the bytes are copied into it at the end, and a crash " +
    "during that copy leaves it incomplete. A device, a pipe, /dev/stderr or /dev/fd/N (for >(command)) is written to as " +
    "the data comes, without --force. Files of one run that have the same name are numbered: name-2.\n\n" +
    "In a list of URLs on stdin blank lines and those that begin with # are skipped.\n\n--http2 speaks HTTP/2 over TLS, or for http: URLs " +
    "without, to servers that are known to speak it; what is loaded at once shares a connection. An HTTP proxy for " +
    "http: URLs does not go with it. A body without Content-Length that the server cancels looks whole with it: where " +
    "that matters, --checksum tells.\n\n--page saves HTML, XHTML and SVG, in UTF-8: images, styles and what they import, fonts, icons, scripts, films and " +
    "sounds as data URLs; frames as srcdoc (those of a frameset, XHTML and SVG as data URLs), four deep and a hundred at " +
    "most; elements of other SVG files as copies. XML is saved as XML: name it .xhtml or .svg. What is not in the file, too " +
    "large, not found, or reached by a refresh, keeps its absolute URL and has a line, or with --json a record with its " +
    "kind, and the exit code is 6. What scripts load when the page is opened is not known: --no-scripts leaves them out. " +
    "Frames of another origin, and those with a Content-Security-Policy, get a sandbox without their origin.",
  operands: [{ metavar: "URL", help: "http: or https: URLs", many: true, batch: true }],
  options: OPTIONS,
  records: RECORDS,
  examples: [
    { line: "get https://example.com/", does: "print the source of a page" },
    { line: "get --save --resume https://example.com/big.iso", does: "load a file, or go on with it" },
    { line: "get --page -o page.html https://example.com/", does: "save a page with all that it shows" },
    { line: "get --images --dir pictures https://example.com/", does: "save the images of a page" },
    { line: "get --save --parallel 4 --json - < urls.txt", does: "a record per URL, failures too" },
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
  summary: "load pages, files and images over HTTP",
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*", ...PROXY_VARIABLES] },
  verb: getVerb,
};

if (import.meta.main) await main(command);
