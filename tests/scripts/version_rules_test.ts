import { assertEquals } from "@std/assert";
import { releaseNotes, versionProblems, type VersionSources } from "../../scripts/release/version_rules.ts";

const CHANGELOG = `# Changelog

## [Unreleased]

## [1.1.0] - 2026-11-25

### Added

- This.

## [1.0.0] - 2026-10-01

- That.

[1.1.0]: https://example.com/
`;
const AGREED: VersionSources = { tag: "v1.1.0", version: "1.1.0", released: "2026-11-25", changelog: CHANGELOG };

const CASES: readonly (readonly [what: string, changed: Partial<VersionSources>, problems: string[]])[] = [
  ["all agree", {}, []],
  ["another tag", { tag: "v1.2.0" }, ["the tag is v1.2.0, and deno.json has version 1.1.0"]],
  ["a tag without v", { tag: "1.1.0" }, ["the tag is 1.1.0, and deno.json has version 1.1.0"]],
  [
    "another date",
    { released: "2026-11-26" },
    ["CHANGELOG.md has 1.1.0 on 2026-11-25, and RELEASED of lib/cli/version.ts is 2026-11-26"],
  ],
  [
    "not released",
    { changelog: "## [1.1.0] - unreleased\n" },
    ["CHANGELOG.md has 1.1.0 on unreleased, and RELEASED of lib/cli/version.ts is 2026-11-25"],
  ],
  [
    "an older version",
    { tag: "v1.0.0", version: "1.0.0" },
    ["CHANGELOG.md has 1.1.0 above 1.0.0"],
  ],
  [
    "a version that is not in the changelog",
    { tag: "v2.0.0", version: "2.0.0" },
    ["CHANGELOG.md has 1.1.0 first, and deno.json has version 2.0.0"],
  ],
  ["an empty changelog", { changelog: "" }, ["CHANGELOG.md has no version"]],
];

for (const [what, changed, problems] of CASES) {
  Deno.test(`versionProblems: ${what}`, () => assertEquals(versionProblems({ ...AGREED, ...changed }), problems));
}

Deno.test("releaseNotes returns the section of a version", () => {
  assertEquals(releaseNotes(CHANGELOG, "1.1.0"), "### Added\n\n- This.");
  assertEquals(releaseNotes(CHANGELOG, "1.0.0"), "- That.");
  assertEquals(releaseNotes(CHANGELOG, "0.9.0"), "");
});
