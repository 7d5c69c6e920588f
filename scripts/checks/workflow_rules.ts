/** A release of an action, pinned by its commit. */
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

/** A step that runs a script of the repository. */
const SCRIPT = /^bash (\S+)/;

/** Runners that the linter does not know yet. */
const NEW_RUNNERS = ["macos-15-intel"];

/**
 * Returns the faults of a workflow, as sentences: an action that is not pinned by commit, or by two, and a step whose
 * shell code is not in a script, where it could be linted and tried. `exists` tells whether the repository has a file.
 */
export function workflowProblems(text: string, exists: (path: string) => boolean): string[] {
  const problems: string[] = [];
  const commits = new Map<string, string>();
  for (const [, used = ""] of text.matchAll(/^[ -]*uses: (.+)$/gm)) {
    const [action = "", commit = ""] = used.split("@");
    if (!PINNED.test(used)) problems.push(`not pinned as OWNER/ACTION@COMMIT # vN.N.N: ${used}`);
    else if ((commits.get(action) ?? commit) !== commit) problems.push(`pinned by two commits: ${action}`);
    commits.set(action, commit);
  }
  for (const [, command = ""] of text.matchAll(/^[ -]*run: +(\S.*)$/gm)) {
    const [, path] = SCRIPT.exec(command) ?? [];
    if (path === undefined) problems.push(`not the call of a script (bash PATH …): run: ${command}`);
    else if (!exists(path)) problems.push(`there is no ${path}`);
  }
  return problems;
}

/** Returns the faults in what actionlint printed, one line each. A runner that the linter does not know yet is accepted. */
export function lintProblems(printed: string): string[] {
  return printed.split("\n").filter((line) => /^\S+:\d+:\d+ /.test(line)).filter((line) =>
    !NEW_RUNNERS.some((runner) => line.includes(`label "${runner}" is unknown`))
  );
}
