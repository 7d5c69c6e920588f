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
  "output": option(outputFile, "write to this file (- for stdout)", {
    short: "o",
    needs: (path) => path === "-" ? {} : { read: pathsOfDownload(String(path)), write: pathsOfDownload(String(path)) },
  }),
  "save": flag("save to a file named by the server or URL", {
    short: "s",
    more: "The name is that of Content-Disposition, or the last segment of the URL's path.",
  }),
  "images": flag("save every image of a page", { without: ["save"] }),
  "page": flag("save a page as one HTML file", {
    more: "Images, styles, fonts and scripts are included.",
    without: ["save", "images"],
  }),
  "no-scripts": flag("omit scripts from a saved page", { with: ["page"] }),
  "dir": option(kind.directory, "folder for saved files", {
    short: "D",
    default: ".",
  }),
  "resume": flag("resume from the NAME.part of an earlier run", {
    short: "c",
    with: ["output", "save"],
    without: ["images", "page"],
  }),
  "sync": flag("flush each small file by itself", {
    more: "By default files up to 1 MiB that are complete at the same time are flushed as a group.",
    with: ["save", "images"],
  }),
  "force": flag("replace existing files", {
    short: "f",
    more: "A file is replaced when the new one is complete; its mode, owner and links are preserved.",
  }),
  "checksum": option(checksum, "expected digest of the file", {
    without: ["images", "page", "head"],
    because: "--checksum is for one file",
  }),
  "retries": option(kind.integer(0, 1000), "number of retries after a transient failure", { default: "3" }),
  "retry-refused": flag("retry a refused connection, too"),
  "retry-wait": option(kind.duration, "wait before the first retry", {
    default: "1s",
    more: "The wait is doubled before each further retry. Retry-After takes precedence.",
  }),
  "timeout": option(kind.duration, "limit for each URL, including retries (default: none)", {
    short: "m",
    more: "All attempts and phases are included.",
  }),
  "stall": option(kind.duration, "abort an attempt after this long without data", {
    default: "60s",
    more: "In JSON the phase is first-byte or body.",
  }),
  ...CONNECT_TIMEOUT,
  "max-size": option(kind.size, "maximum size of a body"),
  "max-redirects": option(kind.integer(0, 100), "maximum number of redirects", {
    default: "10",
    more: "With 0 the head of a redirect is printed.",
  }),
  "https-first": flag("try https: first for a URL without a scheme"),
  "location-trusted": flag("send secrets to other origins after a redirect", {
    more: "These are the fields Authorization and Cookie, and others that hold secrets.",
  }),
  "parallel": option(kind.integer(1, MAX_PARALLEL), "number of simultaneous downloads (default: 1)", {
    short: "P",
    more: "The default for the files of a page is 6.",
  }),
  "header": list(field, "header field to send", { short: "H" }),
  "method": option(kind.text("METHOD", "a method"), "request method", {
    short: "X",
    more: "The default is GET, with --data POST.",
  }),
  "data": list(data, "request body, or @FILE to send a file", {
    short: "d",
    more: "The content type is that of a form unless --header names another one. Several are joined by &.",
    needs: (part) => ({ startup: { read: [bodyPath(String(part))].filter((path) => path !== undefined) } }),
  }),
  "head": flag("request and print the head only", { short: "I", without: ["save", "images", "page"] }),
  "show-error-body": flag("print the body of status 400 and above, too"),
  "http2": flag("use HTTP/2 only", { without: ["pin", "insecure", "sni", "cert"] }),
  "compressed": flag("request a compressed body and decompress it"),
  "raw": flag("do not escape control characters on a terminal"),
  ...USER,
  ...TRUST,
  "ftp-tls": flag("require TLS on ftp: connections (AUTH TLS)", {
    group: "TLS",
    more: "An ftps: URL uses TLS from the first byte. A server that offers no TLS is an error.",
    alias: ["--ssl-reqd", "--ftp-ssl-reqd"],
  }),
  "proxy": PROXY.proxy,
  ...PROXY_TRUST,
  ...ROUTES,
  "direct": flag("ignore proxy environment variables"),
  ...FAMILY,
  "quiet": flag("do not print redirects, retries and progress", { short: "q" }),
  "json": flag("print one JSON record per URL", {
    more: "Records are on stderr while stdout carries the body.",
  }),
  "trace": flag("write the protocol exchange to stderr", { more: "Secrets are masked." }),
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
