import { assertEquals } from "@std/assert";
import { lintProblems, workflowProblems } from "../../scripts/checks/workflow_rules.ts";

const [ONE, TWO] = ["1".repeat(40), "a".repeat(40)];

const CASES: readonly (readonly [what: string, text: string, problems: string[]])[] = [
  ["a pinned action", `steps:\n  - uses: actions/checkout@${ONE} # v6.0.2\n`, []],
  ["a path in an action", `  - uses: github/codeql-action/init@${ONE} # v4.37.9\n`, []],
  ["a tag", "  - uses: actions/checkout@v6\n", ["not pinned as OWNER/ACTION@COMMIT # vN.N.N: actions/checkout@v6"]],
  [
    "a commit without its version",
    `  - uses: actions/checkout@${ONE}\n`,
    [`not pinned as OWNER/ACTION@COMMIT # vN.N.N: actions/checkout@${ONE}`],
  ],
  [
    "two commits",
    `  - uses: a/b@${ONE} # v1.0.0\n  - id: x\n    uses: a/b@${TWO} # v1.0.0\n`,
    ["pinned by two commits: a/b"],
  ],
  ["a script", 'defaults:\n  run:\n    shell: bash\nsteps:\n  - run: bash .ci/there "$TAG"\n', []],
  ["a script that is not there", "  - run: bash .ci/none\n", ["there is no .ci/none"]],
  ["shell code", "  - run: make\n", ["not the call of a script (bash PATH …): run: make"]],
  ["a block of shell code", "  - run: |\n      make\n", ["not the call of a script (bash PATH …): run: |"]],
];

for (const [what, text, problems] of CASES) {
  Deno.test(`workflowProblems: ${what}`, () => {
    assertEquals(workflowProblems(text, (path) => path === ".ci/there"), problems);
  });
}

Deno.test("lintProblems leaves out the source, and runners that are newer than the linter", () => {
  const fault = '.github/workflows/a.yml:4:14 label "ubuntu-late" is unknown. available labels are "windows"';
  const runner = '.github/workflows/a.yml:5:14 label "macos-15-intel" is unknown. available labels are "windows"';
  assertEquals(lintProblems(`Checking 1 workflow file(s)...\n${fault}\n> 4 |  runs-on\n${runner}\n`), [fault]);
});
