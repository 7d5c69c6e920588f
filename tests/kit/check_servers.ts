import { assertEquals } from "@std/assert";
import { keyPair } from "./sink_certificate.ts";
import { runTool } from "./tool.ts";

/** A server, and what should be changed in it as far as `check` can tell. */
export interface Server {
  readonly name: string;
  readonly peers?: readonly string[];
  /** Starts it; returns its targets, each with the codes of its warnings. */
  readonly start: (stack: AsyncDisposableStack) => Promise<Readonly<Record<string, readonly string[]>>>;
}

/** Targets, each with the codes of its warnings. */
export type WellTargets = Readonly<Record<string, readonly string[]>>;

/** Returns a target on this machine. */
export function at(scheme: string, port: number | undefined, path = ""): string {
  return `${scheme}://127.0.0.1:${port}${path}`;
}

/** Checks targets in one run of the tool, and fails unless nothing is wrong but the warnings. `broken` are further targets, each with the code of its cause. */
export async function assertWell(
  stack: AsyncDisposableStack,
  targets: WellTargets,
  broken: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [, authority = ""] = await certificateFiles(stack);
  const all = [...Object.keys(targets), ...Object.keys(broken)];
  const args = ["--json", "--timeout", "8s", "--cacert", authority, ...all];
  const { code, stdout, stderr } = await runTool("check", args);
  const records = stdout.trim().split("\n").map((line): CheckRecord => JSON.parse(line));
  for (const [target, warnings] of Object.entries(targets)) {
    const findings = records.filter((record) =>
      record.target === target && (record.layer === "tls" || record.layer === "application")
    ).flatMap(({ findings = [] }) => findings);
    const marked = (mark: string) => findings.filter((finding) => finding.mark === mark);
    assertEquals([target, marked("fault")], [target, []]);
    assertEquals([target, marked("warning").map(({ code }) => code).sort()], [target, [...warnings].sort()]);
  }
  const verdicts = records.filter(({ event }) => event === "verdict").map(({ target, outcome, cause }) => [
    target,
    outcome,
    cause?.code,
  ]);
  const expected = [
    ...Object.keys(targets).map((target) => [target, "well", undefined]),
    ...Object.entries(broken).map(([target, cause]) => [target, "target", cause]),
  ];
  assertEquals([verdicts.toSorted(), code, stderr], [expected.toSorted(), Object.keys(broken).length > 0 ? 6 : 0, ""]);
}

/** A record of `check`, as far as it matters here. */
interface CheckRecord {
  readonly event: string;
  readonly target: string;
  readonly layer?: string;
  readonly findings?: readonly { readonly code: string; readonly mark: string }[];
  readonly outcome?: string;
  readonly cause?: { readonly code: string };
}

/** Creates a temporary folder with a site. */
export async function siteFolder(stack: AsyncDisposableStack): Promise<string> {
  const folder = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  await Deno.mkdir(`${folder}/root`);
  await Deno.writeTextFile(`${folder}/root/index.html`, "<!doctype html><title>Site</title>");
  return folder;
}

/** Writes the certificate and its key to files, and returns the options that name them. */
export async function certificateFiles(stack: AsyncDisposableStack): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  await Deno.writeTextFile(`${folder}/cert.pem`, keyPair.cert);
  await Deno.writeTextFile(`${folder}/key.pem`, keyPair.key, { mode: 0o600 });
  return ["--cert", `${folder}/cert.pem`, "--key", `${folder}/key.pem`];
}
