import { type ExitCode, exitCodeOfAll, inputs, Progress, stdoutChunks, textOnlySink } from "../../lib/cli/mod.ts";
import { type ChunkSink, concurrently, GroupCommit, type Line, showUntrusted, UsageError } from "../../lib/core/mod.ts";
import {
  type DownloadReport,
  type DownloadTarget,
  eventText,
  FtpPool,
  loadAs,
  notRequested,
  type SavePageOptions,
} from "../../lib/get/internal.ts";
import { ConnectionPool, STDIN_BODY } from "../../lib/http/internal.ts";
import { type GetCall, toStdout, toTerminal } from "./call.ts";
import { downloadOptions } from "./download_options.ts";
import { MAX_PARALLEL } from "./options.ts";
import { printReport } from "./print_report.ts";
import { schemeProblem } from "./scheme_problem.ts";

/** Files that are received and wait for the disk, while others are downloaded. */
const BEHIND = 64;

/** Downloads what the operands or stdin name. */
export async function runGet(call: GetCall): Promise<ExitCode> {
  const { options, operands, output } = call;
  // Where records are on stderr, nothing else is.
  const quiet = options.quiet || (options.json && toStdout(options));
  checkValues(call);
  using pool = new ConnectionPool({ maxIdle: MAX_PARALLEL });
  const commits = new GroupCommit({ each: options.sync });
  await using ftpPool = new FtpPool();
  const asking = { ...await downloadOptions(call), pool, ftpPool, commits };
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
    const told = (report: DownloadReport) => (progress.clear(), printReport(report, call));
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

/** Checks rules that depend on values: whether stdout is the output, and the number of inputs. */
function checkValues({ options, operands }: GetCall): void {
  const { output, parallel = 1, page, head, resume, checksum, data } = options;
  const several = operands.length !== 1 || operands[0] === "-";
  if (output !== undefined && output !== "-") {
    const other = (["save", "images", "head"] as const).find((name) => options[name]);
    if (other) throw new UsageError(`--output cannot be combined with --${other}`);
    if (several) throw new UsageError("--output names one file: use --save for several URLs");
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
  for (const url of operands) {
    const problem = schemeProblem(url, options);
    if (problem) throw problem;
  }
}

/** Downloads one input; yields one report, or one for each file. */
async function* load(
  line: Line,
  asking: SavePageOptions,
  taken: Set<string>,
  { options }: GetCall,
): AsyncGenerator<DownloadReport> {
  const { dir, output: file, page, images } = options;
  const url = line.text.trim();
  // A truncated line may be another URL.
  if (line.problem) {
    return yield notRequested(url, new UsageError("invalid URL in a line of stdin", { code: "invalid-url" }));
  }
  const problem = schemeProblem(url, options);
  if (problem) return yield notRequested(url, problem);
  const sink = toStdout(options) ? bodySink(options) : undefined;
  const target: DownloadTarget = sink ? { sink } : file === undefined ? { folder: dir, taken } : { file };
  yield* loadAs(page ? "page" : images ? "images" : "file", url, target, asking);
  await sink?.end();
}

/** Returns the sink of a body that is not saved: stdout, as text on a terminal; none with --head. */
function bodySink(options: GetCall["options"]): ChunkSink {
  if (options.head) return { write: () => {}, end: () => {} };
  const stdout = stdoutChunks();
  return toTerminal(options) && !options.raw ? textOnlySink(stdout) : stdout;
}
