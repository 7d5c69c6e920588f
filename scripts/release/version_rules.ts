/** The places that name the version of a release. */
export interface VersionSources {
  /** The tag: `v1.0.0`. */
  readonly tag: string;
  /** `version` of deno.json. */
  readonly version: string;
  /** Date of the version in man pages: YYYY-MM-DD. */
  readonly released: string;
  /** Text of CHANGELOG.md. */
  readonly changelog: string;
}

/** Returns where the places disagree, as sentences. */
export function versionProblems({ tag, version, released, changelog }: VersionSources): string[] {
  const [first, ...rest] = headings(changelog).filter(({ name }) => name !== "Unreleased");
  const problems = tag === `v${version}` ? [] : [`the tag is ${tag}, and deno.json has version ${version}`];
  if (first === undefined) return [...problems, "CHANGELOG.md has no version"];
  if (first.name !== version) {
    problems.push(
      rest.some(({ name }) => name === version)
        ? `CHANGELOG.md has ${first.name} above ${version}`
        : `CHANGELOG.md has ${first.name} first, and deno.json has version ${version}`,
    );
  } else if (first.date !== released) {
    problems.push(`CHANGELOG.md has ${version} on ${first.date}, and RELEASED of lib/cli/version.ts is ${released}`);
  }
  return problems;
}

/** Returns the section of a version in the changelog, without its heading; empty if there is none. */
export function releaseNotes(changelog: string, version: string): string {
  const [, after = ""] = changelog.split(`\n## [${version}]`);
  return after.split("\n").slice(1).join("\n").split(/\n## \[|\n\[[^\]\n]+\]: /)[0]?.trim() ?? "";
}

function headings(changelog: string): { readonly name: string; readonly date: string }[] {
  return [...changelog.matchAll(/^## \[([^\]]+)\](?: - (\S+))?/gm)]
    .map(([, name = "", date = "no date"]) => ({ name, date }));
}
