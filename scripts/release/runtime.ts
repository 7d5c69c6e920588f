import { Buffer } from "node:buffer";

/** The version of Deno that a release is made with, and contains. */
export const RELEASE_RUNTIME = "2.9.6";

const MARK = new TextEncoder().encode("Deno/");

/**
 * Returns the version of the runtime in an executable, which has it in the name that the runtime gives itself in
 * requests; undefined if there is none, or several. That works for every target, also where the program cannot run.
 */
export function runtimeIn(executable: Uint8Array): string | undefined {
  const bytes = Buffer.from(executable.buffer, executable.byteOffset, executable.byteLength);
  const versions = new Set<string>();
  for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + 1)) {
    // A library of the runtime has the name too, with a version before 1.0.
    const [, version] = /^Deno\/([1-9]\d*\.\d+\.\d+)/.exec(bytes.toString("latin1", at, at + 20)) ?? [];
    if (version !== undefined) versions.add(version);
  }
  return versions.size === 1 ? [...versions][0] : undefined;
}

/** Returns the version of a Deno by its command line. Permission: run. */
export async function versionOf(program: string, words: readonly string[]): Promise<string> {
  const { success, stdout } = await new Deno.Command(program, { args: [...words, "--version"] }).output();
  const [, version] = /^deno (\S+)/.exec(new TextDecoder().decode(stdout)) ?? [];
  if (!success || version === undefined) throw new Error(`cannot tell the version of ${[program, ...words].join(" ")}`);
  return version;
}

/** Throws an error unless a version is that of a release. */
export function requireReleaseRuntime(what: string, version: string | undefined): void {
  if (version === RELEASE_RUNTIME) return;
  throw new Error(
    `cannot make a release: ${what} is Deno ${
      version ?? "of an unknown version"
    }, a release requires ${RELEASE_RUNTIME}` +
      " (for archives to try out, use --preview)",
  );
}
