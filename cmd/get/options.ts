import {
  CONNECT_TIMEOUT,
  FAMILY,
  flag,
  type Kind,
  kind,
  list,
  option,
  type Options,
  PROXY,
  PROXY_TRUST,
  ROUTES,
  TRUST,
  USER,
} from "../../lib/cli/mod.ts";
import { isStdout } from "../../lib/core/mod.ts";
import { parseChecksum, pathsOfDownload } from "../../lib/get/internal.ts";
import { bodyPath, parseBodyPart, parseField } from "../../lib/http/internal.ts";

/** Files that are downloaded at once, at most. */
export const MAX_PARALLEL = 64;

const field = kind.parsed("FIELD", '"Name: value"', parseField);
const checksum = kind.parsed(
  "NAME:HEX",
  "sha256:, sha512:, sha384:, sha1: or md5:, and the digest in hex",
  parseChecksum,
);
const data: Kind<string> = {
  ...kind.parsed("TEXT|@FILE", "a text, or @ and the path of a file, @- for stdin", parseBodyPart),
  complete: { fileAfter: "@" },
};

/** Of several names of stdout one. */
const outputFile: Kind<string> = {
  ...kind.file,
  parse: (text) => isStdout(text) ? "-" : kind.file.parse(text),
};

/** The options of `get`. */
export const OPTIONS = {
  "output": option(outputFile, "write to this file; - is stdout", {
    short: "o",
    needs: (path) => path === "-" ? {} : { read: pathsOfDownload(String(path)), write: pathsOfDownload(String(path)) },
  }),
  "save": flag("save under the name that the server proposes, or the last part of the URL", { short: "s" }),
  "images": flag("save every image of the page", { without: ["save"] }),
  "page": flag("save the page as one HTML file with all that it shows", { without: ["save", "images"] }),
  "no-scripts": flag("leave scripts out", { with: ["page"] }),
  "dir": option(kind.directory, "the folder for --save, --images and --page", {
    short: "D",
    default: ".",
  }),
  "resume": flag("go on with the NAME.part that an earlier run has left", {
    short: "c",
    with: ["output", "save"],
    without: ["images", "page"],
  }),
  "sync": flag("write each small file to disk by itself, not in groups", { with: ["save", "images"] }),
  "force": flag("replace files that are there, once the new ones are whole; mode, owner and links are kept", {
    short: "f",
  }),
  "checksum": option(checksum, "what the digest of the file has to be", {
    without: ["images", "page", "head"],
    because: "--checksum is for one file",
  }),
  "retries": option(kind.integer(0, 1000), "number of retries after a transient failure", { default: "3" }),
  "retry-refused": flag("retry a refused connection as well"),
  "retry-wait": option(kind.duration, "wait before the first retry; doubled for each further one", { default: "1s" }),
  "timeout": option(kind.duration, "limit for an input, all attempts and phases included (default: none)", {
    short: "m",
  }),
  "stall": option(kind.duration, "abort an attempt after this long without data (phases first-byte, body)", {
    default: "60s",
  }),
  ...CONNECT_TIMEOUT,
  "max-size": option(kind.size, "refuse a body with more bytes than this"),
  "max-redirects": option(
    kind.integer(0, 100),
    "maximum number of redirects to follow; 0 prints the head of a redirect",
    { default: "10" },
  ),
  "https-first": flag("try https: before http: for a URL without a scheme"),
  "location-trusted": flag(
    "send own Authorization, Cookie and other secret fields to other origins after a redirect, too",
  ),
  "parallel": option(
    kind.integer(1, MAX_PARALLEL),
    "number of simultaneous downloads (default: 1, files of a page 6)",
    {
      short: "P",
    },
  ),
  "header": list(field, "send this field", { short: "H" }),
  "method": option(kind.text("METHOD", "a method"), "the method (default: GET, with --data POST)", { short: "X" }),
  "data": list(data, "send this body, as a form unless -H says what it is; several are joined by &", {
    short: "d",
    needs: (part) => ({ startup: { read: [bodyPath(String(part))].filter((path) => path !== undefined) } }),
  }),
  "head": flag("ask for the head only, and print it", { short: "I", without: ["save", "images", "page"] }),
  "show-error-body": flag("print the body also of an answer of 400 and above"),
  "http2": flag("speak HTTP/2, and nothing else", { without: ["pin", "insecure", "sni", "cert"] }),
  "compressed": flag("ask for a compressed body, and decompress it"),
  "raw": flag("print to a terminal whatever comes"),
  ...USER,
  ...TRUST,
  "proxy": PROXY.proxy,
  ...PROXY_TRUST,
  ...ROUTES,
  "direct": flag("pass over the proxies of the environment"),
  ...FAMILY,
  "quiet": flag("say nothing about redirects, tries and progress", { short: "q" }),
  "json": flag("one JSON record per input, on stderr while stdout carries data"),
  "trace": flag("write what crosses the wire to stderr, secrets masked"),
} satisfies Options;

/** Whether files get their names from what is downloaded, in a folder. */
export function inFolder(
  { save, images, page, output }: {
    readonly save: boolean;
    readonly images: boolean;
    readonly page: boolean;
    readonly output?: string;
  },
): boolean {
  return save || images || (page && output === undefined);
}
