import {
  type Call,
  clientTls,
  copiedStdinChunks,
  credentialsOf,
  errorLines,
  errorRecord,
  type ExitCode,
  exitCodeOf,
  exitCodeOfAll,
  familyOf,
  inputs,
  Progress,
  PROXY_VARIABLES,
  proxyTls,
  releasePaths,
  stdoutChunks,
  textOnlySink,
  VERSION,
} from "../../lib/cli/mod.ts";
import {
  type ChunkSink,
  concurrently,
  formatDuration,
  formatSize,
  GroupCommit,
  type Line,
  readAll,
  readVariable,
  showUntrusted,
  UsageError,
} from "../../lib/core/mod.ts";
import {
  downloadRecord,
  type DownloadReport,
  type DownloadTarget,
  eventText,
  headLines,
  loadAs,
  notLoaded,
  receivedText,
  type SavePageOptions,
} from "../../lib/get/internal.ts";
import {
  bodyPath,
  ConnectionPool,
  proxyForUrl,
  readRequestBody,
  requestFields,
  STDIN_BODY,
} from "../../lib/http/internal.ts";
import { inFolder, MAX_PARALLEL, type OPTIONS } from "./options.ts";
import type { RECORDS } from "./records.ts";

/** Some servers refuse requests without these. */
const DEFAULT_FIELDS: readonly (readonly [string, string])[] = [["User-Agent", `toucan/${VERSION}`], ["Accept", "*/*"]];
/** Files that are received and wait for the disk, while others are downloaded. */
const BEHIND = 64;
const FORM = ["Content-Type", "application/x-www-form-urlencoded"] as const;

type GetCall = Call<typeof OPTIONS, typeof RECORDS>;

/** Downloads what the operands or stdin name. */
export async function runGet(call: GetCall): Promise<ExitCode> {
  const { options, operands, output } = call;
  // Where records are on stderr, nothing else is.
  const quiet = options.quiet || (options.json && toStdout(options));
  checkValues(call);
  using pool = new ConnectionPool({ maxIdle: MAX_PARALLEL });
  const commits = new GroupCommit({ each: options.sync });
  const asking = { ...await askingOf(call), pool, commits };
  using progress = new Progress({ silent: quiet || toTerminal(options) });
  const say = (text: string) => (progress.clear(), output.note(text));
  const taken = new Set<string>();
  const one = async (line: Line, release: () => void): Promise<() => ExitCode> => {
    const key = {};
    const codes: ExitCode[] = [];
    const saved: DownloadReport[] = [];
    const own: SavePageOptions = {
      ...asking,
      onReceived: options.save ? release : undefined,
      onProgress: (progressed) => progress.update(key, progressed),
      onEvent: (event) => quiet || event.kind === "named" ? undefined : say(showUntrusted(eventText(event))),
    };
    const told = (report: DownloadReport) => (progress.clear(), tell(report, call));
    for await (const report of load(line, own, taken, call)) {
      if (options.save) saved.push(report);
      else codes.push(told(report));
    }
    return () => exitCodeOfAll([...codes, ...saved.map(told)]);
  };
  const atOnce = options.images || options.page ? 1 : options.parallel ?? 1;
  const behind = options.save && !options.sync ? BEHIND : 0;
  const codes: ExitCode[] = [];
  const lines = inputs(operands, "URL", { comments: true });
  for await (const end of concurrently(lines, atOnce, one, { behind })) codes.push(end());
  return exitCodeOfAll(codes);
}

/** Whether a person looks at the body itself. */
function toTerminal(options: GetCall["options"]): boolean {
  return toStdout(options) && Deno.stdout.isTerminal();
}

function toStdout(options: GetCall["options"]): boolean {
  return options.output === "-" || (options.output === undefined && !inFolder(options));
}

/** What depends on values: whether stdout is meant, and how many inputs there are. */
function checkValues({ options, operands }: GetCall): void {
  const { output, parallel = 1, page, head, resume, checksum, data } = options;
  const several = operands.length !== 1 || operands[0] === "-";
  if (output !== undefined && output !== "-") {
    const other = (["save", "images", "head"] as const).find((name) => options[name]);
    if (other) throw new UsageError(`--output cannot be combined with --${other}`);
    if (several) throw new UsageError("--output is one file: give --save for several URLs");
  }
  if (resume && toStdout(options)) throw new UsageError("--resume requires --output or --save");
  if (parallel > 1 && toStdout(options) && !page && !head) {
    throw new UsageError("--parallel requires --save: bodies are written to stdout one after the other");
  }
  const bodies = data.filter((part) => part === STDIN_BODY).length;
  if (bodies > 1) throw new UsageError("--data @- can be given once: stdin is read to its end");
  if (bodies === 1 && (operands.length === 0 || operands.includes("-"))) {
    throw new UsageError("--data @- requires URLs as operands: stdin is the body");
  }
  if (checksum && several) throw new UsageError("--checksum is for one file");
}

/** How everything is asked for. */
async function askingOf({ options, output, signal, trace }: GetCall): Promise<SavePageOptions> {
  const { proxy, direct, data, method, head, header: given } = options;
  const { http2, retries, timeout, stall, compressed, checksum, force, resume, parallel, json: digest } = options;
  const { "retry-wait": retryWait, "max-size": maxSize, "max-redirects": maxRedirects } = options;
  const body = data.length === 0
    ? undefined
    : await readRequestBody(data, () => readAll(copiedStdinChunks(), Infinity));
  releasePaths(...data.map(bodyPath));
  const fixed = proxy === "env" ? undefined : proxy;
  const env = new Map((fixed || direct ? [] : PROXY_VARIABLES).map((name) => [name, readVariable(name)]));
  const trust = await proxyTls(options, output);
  const defaults = body ? [...DEFAULT_FIELDS, FORM] : DEFAULT_FIELDS;
  return {
    ...{
      signal,
      trace,
      retries,
      retryWait,
      retryRefused: options["retry-refused"],
      timeout,
      stall,
      maxSize,
      maxRedirects,
      locationTrusted: options["location-trusted"],
      httpsFirst: options["https-first"],
      compressed,
      checksum,
      force,
      resume,
    },
    ...{ http2, body, parallel, digest, errorBody: options["show-error-body"], noScripts: options["no-scripts"] },
    method: method ?? (head ? "HEAD" : body ? "POST" : "GET"),
    headers: requestFields({ defaults, given, http2, credentials: await credentialsOf(options) }),
    family: familyOf(options),
    tls: await clientTls({ ...options, tls: true }, output),
    ...{ resolve: options.resolve, connectTo: options["connect-to"] },
    connectTimeout: options["connect-timeout"],
    proxyFor: (url) => {
      const chosen = fixed ?? proxyForUrl(url, (name) => env.get(name));
      return chosen?.scheme === "https" ? { ...chosen, tls: trust } : chosen;
    },
  };
}

/** Loads one input, and gives what became of it: one report, or one for each file. */
async function* load(
  line: Line,
  asking: SavePageOptions,
  taken: Set<string>,
  { options }: GetCall,
): AsyncGenerator<DownloadReport> {
  const { dir, output: file, page, images } = options;
  const url = line.text.trim();
  // What was cut off a line could be what matters.
  if (line.problem) return yield notLoaded(url, new UsageError("a line of stdin is no URL", { code: "invalid-url" }));
  const sink = toStdout(options) ? bodySink(options) : undefined;
  const target: DownloadTarget = sink ? { sink } : file === undefined ? { folder: dir, taken } : { file };
  yield* loadAs(page ? "page" : images ? "images" : "file", url, target, asking);
  await sink?.end();
}

/** Where a body goes that is not saved: to stdout, as text on a terminal; nowhere with --head. */
function bodySink(options: GetCall["options"]): ChunkSink {
  if (options.head) return { write: () => {}, end: () => {} };
  const stdout = stdoutChunks();
  return toTerminal(options) && !options.raw ? textOnlySink(stdout) : stdout;
}

/** Says what became of something, and what that means for the exit code. */
function tell(report: DownloadReport, { options, output, signal, operands }: GetCall): ExitCode {
  const { head, error, url, kind: reference, file, bytes, ms } = report;
  const code = error === undefined ? 0 : exitCodeOf(error);
  if (error !== undefined && (signal.aborted || code === 141)) throw signal.aborted ? signal.reason : error;
  if (options.json) {
    const records = toStdout(options) && !options.head ? output.onStderr() : output;
    records.record({ ...downloadRecord(report), error: error === undefined ? undefined : errorRecord(error) });
    records.flush();
    return code;
  }
  const printed = options.head || (report.location !== undefined && error === undefined);
  if (printed && head) headLines(head).forEach((line) => output.line(showUntrusted(line)));
  if (error !== undefined) {
    const [first = "", ...more] = errorLines("toucan get", error);
    const what = `${reference === undefined ? "" : `${reference} `}${showUntrusted(url, { limit: 200 })}`;
    const about = operands.length === 1 && url === operands[0] ? "" : ` (${what})`;
    [first + receivedText(report) + about, ...more].forEach((line) => output.note(line));
  } else if (file !== undefined) {
    output.line(showUntrusted(file) + (output.terminal ? `  ${formatSize(bytes)}  ${formatDuration(ms)}` : ""));
  }
  return code;
}
