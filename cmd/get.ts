import {
  ANYWHERE,
  type Call,
  CLIENT_TLS,
  clientTls,
  type Command,
  credentialsOf,
  errorLines,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  FAMILY,
  familyOf,
  flag,
  inputs,
  kind,
  list,
  main,
  option,
  Progress,
  PROXY,
  PROXY_VARIABLES,
  stdoutChunks,
  textSink,
  type Tour,
  USER,
  verb,
  VERSION,
} from "../lib/cli/mod.ts";
import { concurrently, formatDuration, formatSize, showUntrusted, UsageError } from "../lib/core/mod.ts";
import {
  basicAuthorization,
  demonstrateGet,
  download,
  type DownloadReport,
  type DownloadTarget,
  eventText,
  headLines,
  type PageOptions,
  parseChecksum,
  parseField,
  proxyForUrl,
  readRequestBody,
  saveImages,
  savePage,
} from "../lib/http/mod.ts";

/** Nobody has to be told who asks, but some servers refuse those who say nothing. */
const DEFAULT_FIELDS: readonly (readonly [string, string])[] = [["User-Agent", `toucan/${VERSION}`], ["Accept", "*/*"]];

const field = kind.parsed("FIELD", '"Name: value"', parseField);
const checksum = kind.parsed(
  "NAME:HEX",
  "sha256:, sha512:, sha384:, sha1: or md5: and the digest in hex",
  parseChecksum,
);
const data = kind.text("TEXT|@FILE", "a text, or @ and the path of a file");
const { cacert, pin, insecure } = CLIENT_TLS;

const options = {
  "output": option(kind.file, "write to this file; - is stdout", {
    short: "o",
    needs: (path) => path === "-" ? {} : { read: [String(path)], write: [String(path)] },
  }),
  "save": flag("save under the name that the server proposes, or the last part of the URL", { short: "s" }),
  "images": flag("save every image of the page"),
  "page": flag("save the page as one HTML file with all that it shows"),
  "no-scripts": flag("with --page: leave scripts out"),
  "dir": option(kind.directory, "the folder for --save, --images and --page", {
    short: "D",
    default: ".",
  }),
  "resume": flag("go on with the NAME.part that an earlier run has left", { short: "c" }),
  "force": flag("replace files that are there, once the new ones are whole", { short: "f" }),
  "checksum": option(checksum, "what the digest of the file has to be"),
  "retries": option(kind.integer(0, 1000), "try again so often after what may pass", { default: "3" }),
  "retry-wait": option(kind.duration, "wait so long before the first of these, then twice as long", { default: "1s" }),
  "timeout": option(kind.duration, "give up an input after this time, all tries included (default: never)", {
    short: "m",
  }),
  "stall": option(kind.duration, "give up a try on which nothing has moved for so long", { default: "60s" }),
  "max-size": option(kind.size, "refuse a body with more bytes than this"),
  "max-redirects": option(kind.integer(0, 100), "follow so many redirects", { default: "10" }),
  "parallel": option(kind.integer(1, 64), "load so many at once (default: 1, files of a page 6)", { short: "P" }),
  "header": list(field, "send this field", { short: "H" }),
  "method": option(kind.text("METHOD", "a method"), "the method (default: GET, with --data POST)", { short: "X" }),
  "data": option(data, "send this body, as a form unless -H says what it is", {
    short: "d",
    needs: (text) => ({ read: String(text).startsWith("@") ? [String(text).slice(1)] : [] }),
  }),
  "head": flag("ask for the head only, and print it", { short: "I" }),
  "show-error-body": flag("print the body also of an answer of 400 and above"),
  "compressed": flag("ask for a compressed body, and decompress it"),
  "raw": flag("print to a terminal whatever comes"),
  ...USER,
  ...{ cacert, pin, insecure },
  "proxy": PROXY.proxy,
  "direct": flag("pass over the proxies of the environment"),
  ...FAMILY,
  "quiet": flag("say nothing about redirects, tries and progress", { short: "q" }),
  "json": flag("one JSON record per input, on stderr while stdout carries data"),
  "trace": flag("write what crosses the wire to stderr, secrets masked"),
};

type GetCall = Call<typeof options>;

const getVerb = verb({
  summary: "load what URLs name: to stdout, to files, or whole pages and their images",
  description: "A body goes to stdout, or as NAME.part to a file that gets its name when it is whole. What fails on " +
    "the way is tried again from where it stopped; --resume goes on with what an earlier run has left, if it is still " +
    "the same. An answer of 400 and above is no file: it ends with 1.\n\nWith --json each input, and with --images " +
    "each image, has a record: url, finalUrl, status, file, bytes, sha256, contentType, etag, resumedFrom, tries, ms, " +
    "and error (code, message). What is not known is absent.",
  operands: [{ metavar: "URL", help: "http: or https: URLs", many: true, batch: true }],
  options,
  examples: [
    { line: "get https://example.com/", does: "print the source of a page" },
    { line: "get --save --resume https://example.com/big.iso", does: "load a file, or go on with it" },
    { line: "get --page -o page.html https://example.com/", does: "save a page with all that it shows" },
    { line: "get --images --dir pictures https://example.com/", does: "save the images of a page" },
    { line: "get --save --parallel 4 --json - < urls.txt", does: "a record per URL, failures too" },
  ],
  exits: [1, 3, 4, 5, 6],
  needs: ({ options }) => ({
    net: true,
    env: options.proxy || options.direct ? [] : PROXY_VARIABLES,
    ...(inFolder(options) ? { read: [options.dir], write: [options.dir] } : {}),
  }),
  async run(call) {
    const { options, operands, output } = call;
    const { parallel, json, quiet } = options;
    checkOptions(call);
    const asking = await askingOf(call);
    using progress = new Progress(
      quiet || toTerminal(options) ? { isTerminal: () => false, writeSync: () => 0 } : undefined,
    );
    const say = (text: string) => (progress.clear(), output.note(text));
    const one = async (url: string): Promise<ExitCode> => {
      const key = {};
      const own: PageOptions = {
        ...asking,
        onProgress: (progressed) => progress.update(key, progressed),
        onEvent: (event) => quiet || event.kind === "named" ? undefined : say(showUntrusted(eventText(event))),
      };
      const codes: ExitCode[] = [];
      for await (const report of load(url, own, options)) {
        progress.clear();
        codes.push(tell(report, call));
      }
      return exitCodeOfAll(codes);
    };
    const lines = inputs(operands, "URL");
    const codes: ExitCode[] = [];
    const atOnce = options.images || options.page ? 1 : parallel ?? 1;
    for await (const code of concurrently(lines, atOnce, ({ text }) => one(text.trim()))) codes.push(code);
    if (json) output.flush();
    return exitCodeOfAll(codes);
  },
});

function inFolder({ save, images, page, output }: GetCall["options"]): boolean {
  return save || images || (page && output === undefined);
}

/** Whether a person looks at the body itself. */
function toTerminal(options: GetCall["options"]): boolean {
  return toStdout(options) && Deno.stdout.isTerminal();
}

function toStdout(options: GetCall["options"]): boolean {
  return options.output === "-" || (options.output === undefined && !inFolder(options));
}

/** Options that contradict each other. */
function checkOptions({ options, operands }: GetCall): void {
  const { save, images, page, head, resume, parallel, checksum } = options;
  const modes = Object.entries({ save, images, page, head }).filter(([, on]) => on).map(([name]) => `--${name}`);
  if (modes.length > 1) throw new UsageError(`give ${modes.join(" or ")}, not both`);
  const several = operands.length !== 1 || operands[0] === "-";
  if (options.output !== undefined && options.output !== "-") {
    if (save || images || head) throw new UsageError(`--output does not go with ${modes[0]}`);
    if (several) throw new UsageError("--output is one file: give --save for several URLs");
  }
  if (resume && (toStdout(options) || images || page)) throw new UsageError("--resume goes with --output or --save");
  if (parallel !== undefined && parallel > 1 && toStdout(options) && !page && !head) {
    throw new UsageError("--parallel goes with --save: bodies on stdout follow each other");
  }
  if (checksum && (several || images || page || head)) throw new UsageError("--checksum is for one file");
  if (options["no-scripts"] && !page) throw new UsageError("--no-scripts goes with --page");
}

/** How everything is asked for. */
async function askingOf({ options, output, signal, trace }: GetCall): Promise<PageOptions> {
  const { retries, timeout, stall, proxy, data, method, header, head, json, checksum, force, resume, parallel } =
    options;
  const { "retry-wait": retryWait, "max-size": maxSize, "max-redirects": maxRedirects, compressed } = options;
  const { pin, insecure, cacert } = options;
  const credentials = await credentialsOf(options);
  const useProxies = proxy === undefined || proxy === "env" ? !options.direct : false;
  const env = new Map((useProxies ? PROXY_VARIABLES : []).map((name) => [name, Deno.env.get(name)]));
  const body = data === undefined ? undefined : await readRequestBody(data);
  const fields = new Map(DEFAULT_FIELDS.map(([name, value]) => [name.toLowerCase(), [name, value] as const]));
  if (body) fields.set("content-type", ["Content-Type", "application/x-www-form-urlencoded"]);
  if (credentials) fields.set("authorization", ["Authorization", basicAuthorization(credentials)]);
  for (const [name] of header) fields.delete(name.toLowerCase());
  return {
    ...{
      signal,
      trace,
      retries,
      retryWait,
      timeout,
      stall,
      maxSize,
      maxRedirects,
      compressed,
      checksum,
      force,
      resume,
    },
    ...{ body, parallel, digest: json, errorBody: options["show-error-body"], family: familyOf(options) },
    method: method ?? (head ? "HEAD" : body ? "POST" : "GET"),
    headers: [...fields.values(), ...header.filter(([, value]) => value !== "")],
    tls: await clientTls({ pin, insecure, cacert, tls: true, sni: undefined, alpn: undefined }, output),
    proxyFor: (url) => proxy !== undefined && proxy !== "env" ? proxy : proxyForUrl(url, (name) => env.get(name)),
  };
}

/** Loads one input, and gives what became of it: one report, or one for each image. */
async function* load(url: string, asking: PageOptions, options: GetCall["options"]): AsyncGenerator<DownloadReport> {
  const { dir, output: file, images, page, head, raw, "no-scripts": noScripts } = options;
  if (images) return yield* saveImages(url, dir, asking);
  const stdout = stdoutChunks();
  const shown = toTerminal(options) && !raw ? textSink(stdout) : stdout;
  const sink = head ? { write: () => {}, end: () => {} } : shown;
  const target: DownloadTarget = toStdout(options) ? { sink } : file === undefined ? { folder: dir } : { file };
  if (page) {
    const report = await savePage(url, target, { ...asking, noScripts });
    yield report;
    yield* report.failures;
  } else yield await download(url, target, asking);
  await sink.end();
}

/** Says what became of something, and what that means for the exit code. */
function tell(report: DownloadReport, call: GetCall): ExitCode {
  const { options, output, signal } = call;
  const { head, error, ...facts } = report;
  const code = error === undefined ? 0 : exitCodeOf(error);
  if (signal.aborted || code === 141) throw error;
  if (options.head && head && !options.json) headLines(head).forEach((line) => output.line(showUntrusted(line)));
  if (options.json) {
    const records = toStdout(options) && !options.head ? output.onStderr() : output;
    records.record({ ...facts, error: error === undefined ? undefined : errorRecord(error) });
    records.flush();
  } else if (error !== undefined) {
    const [first = "", ...more] = errorLines("toucan get", error);
    const about = facts.url === call.operands[0] && call.operands.length === 1
      ? ""
      : ` (${showUntrusted(facts.url, { limit: 200 })})`;
    [first + about, ...more].forEach((line) => output.note(line));
  } else if (facts.file !== undefined) {
    const more = output.terminal ? `  ${formatSize(facts.bytes)}  ${formatDuration(facts.ms)}` : "";
    output.line(showUntrusted(facts.file) + more);
  }
  return code;
}

const tour: Tour = {
  title: "a page, the page in one file, and a transfer that is cut",
  async walk(stage) {
    stage.say("A server has a page with an image, and a story. The client asks for the page:");
    const parts = {
      page: () => {},
      whole: () => stage.say("The same page saved as one file, its image inside (two requests, not shown):"),
      cut: () =>
        stage.say("Now the story. Half of it comes, then the connection breaks; the client asks for the rest:"),
    };
    const commands = { page: "get", whole: "get --page -o page.html", cut: "get" };
    let url = "";
    const { source, page, saved, story, right } = await demonstrateGet({
      listening: (where) => void (url = where),
      begins(part) {
        parts[part]();
        stage.command(`${commands[part]} ${url}${part === "cut" ? "story.txt" : ""}`);
      },
      crossed: ({ direction, text }) =>
        direction === "*"
          ? undefined
          : direction === ">"
          ? stage.wire("client", "server", text)
          : stage.wire("server", "client", text),
      signal: stage.signal,
    });
    stage.check(source.includes('<img src="can.svg"'), "the page came as it is, a link to its image in it");
    stage.check(
      saved.error === undefined && saved.inlined === 1 && page.includes('<img src="data:image/svg+xml;base64,'),
      "the saved page has the image itself: it shows without a network",
    );
    stage.check(
      story.tries === 2 && story.status === 206 && right,
      "the story is whole, and no byte of it was sent twice",
    );
  },
};

/** `toucan get`. */
export const command: Command = {
  name: "get",
  summary: "load pages, files and images over HTTP",
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*", ...PROXY_VARIABLES] },
  verb: getVerb,
  tour,
};

if (import.meta.main) await main(command);
