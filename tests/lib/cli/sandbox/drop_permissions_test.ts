import { assertEquals } from "@std/assert";
import type { Needs } from "../../../../lib/cli/mod.ts";
import { ROOT } from "../../../../scripts/root.ts";
import { withFolder } from "../../../kit/folder.ts";

/** A call: its grant, its needs, the paths released at once, and the remaining paths of {@link PATHS}. */
interface Row {
  readonly granted: readonly string[];
  readonly needs?: readonly string[];
  readonly startup?: readonly string[];
  readonly released?: readonly string[];
  readonly left: string;
}

/** Paths that are queried, from the current folder; `link` is a link to `real`. */
const PATHS = ["/", "/etc/hosts", "..", ".", "a", "a.part", "b", "folder", "folder/in", "link/in", "real/in", "other"];
const ALL = PATHS.join(" ");
const BLANKET = ["/", "."];
/** Paths in the current folder that are queried. */
const HERE = PATHS.slice(3).join(" ");

/** Returns `count` paths in one folder. */
function many(count: number): string[] {
  return ["folder/in", ...Array.from({ length: count - 1 }, (_, i) => `folder/${i}`)];
}

const ROWS: readonly Row[] = [
  { granted: BLANKET, needs: [], left: "" },
  { granted: BLANKET, needs: ["a"], left: "a" },
  { granted: BLANKET, needs: ["./folder/../a", "a.part"], left: "a a.part" },
  { granted: BLANKET, needs: ["folder"], left: "folder folder/in" },
  { granted: BLANKET, needs: ["folder/"], left: "folder folder/in" },
  { granted: BLANKET, needs: ["folder/in", "folder"], left: "folder folder/in" },
  { granted: BLANKET, needs: ["folder/in/to/be/made"], left: "" },
  { granted: BLANKET, needs: ["link/in"], left: "link/in real/in" },
  { granted: BLANKET, needs: ["link"], left: "link/in real/in" },
  { granted: BLANKET, needs: ["."], left: HERE },
  { granted: BLANKET, needs: ["."], startup: ["/etc/hosts"], released: ["/etc/hosts"], left: HERE },
  { granted: BLANKET, needs: [".."], left: `.. ${HERE}` },
  { granted: BLANKET, needs: ["/"], left: ALL },
  { granted: BLANKET, needs: ["/etc/hosts"], left: "/etc/hosts" },
  { granted: BLANKET, needs: ["", "a\0b"], left: "" },
  { granted: BLANKET, needs: many(100), left: "folder/in" },
  { granted: BLANKET, needs: many(101), left: "folder folder/in" },
  // Paths that are needed only at the start.
  { granted: BLANKET, needs: ["a"], startup: ["b"], left: "a b" },
  { granted: BLANKET, needs: ["a"], startup: ["b"], released: ["b"], left: "a" },
  { granted: BLANKET, startup: ["b"], released: ["./b"], left: "" },
  { granted: BLANKET, startup: ["link/in"], released: ["link/in"], left: "" },
  { granted: BLANKET, needs: ["a"], startup: ["a"], released: ["a"], left: "a" },
  { granted: BLANKET, needs: ["folder"], startup: ["folder/in"], released: ["folder/in"], left: "folder folder/in" },
  { granted: BLANKET, needs: ["folder/in"], startup: ["folder"], released: ["folder"], left: "folder/in" },
  { granted: BLANKET, startup: ["folder", "folder/in"], released: ["folder/in"], left: "folder folder/in" },
  { granted: BLANKET, startup: ["folder", "folder/in"], released: ["folder/in", "folder"], left: "" },
  { granted: BLANKET, startup: ["folder", "folder/in"], released: ["folder"], left: "folder/in" },
  { granted: BLANKET, startup: ["a", "a"], released: ["a"], left: "a" },
  { granted: BLANKET, startup: ["a", "a"], released: ["a", "a"], left: "" },
  // Grants of the user: only folders above needed paths can be dropped.
  { granted: ["/"], needs: ["a"], left: "a" },
  { granted: ["."], needs: ["a"], left: "a" },
  { granted: [".", "/etc/hosts"], needs: ["a"], left: "a" },
  { granted: ["/", ".", "/etc/hosts"], needs: ["/etc/hosts"], left: "/etc/hosts" },
  { granted: ["/etc/hosts"], needs: ["/etc/hosts"], left: "/etc/hosts" },
  { granted: ["a"], needs: ["a", "a.part"], left: "a" },
  { granted: ["a"], needs: ["folder"], left: "" },
  { granted: ["folder/in"], needs: ["folder"], left: "folder/in" },
];

/** Returns a program that drops permissions and prints the paths that it can still read. */
function program({ granted, needs, startup, released = [] }: Row): string {
  const asked: Needs = { read: needs, startup: { read: startup } };
  return `import { dropPermissions, releasePaths } from "${new URL(
    "lib/cli/sandbox/drop_permissions.ts",
    `file://${ROOT}`,
  )}";
    dropPermissions(${JSON.stringify(asked)}, ${JSON.stringify({ read: granted })});
    releasePaths(...${JSON.stringify(released)});
    const state = (path) => Deno.permissions.querySync({ name: "read", path }).state === "granted";
    console.log(${JSON.stringify(PATHS)}.filter(state).join(" "));`;
}

/** Runs a program in a folder with the files of {@link PATHS}, and returns its output. */
function run(text: string, flags: readonly string[]): Promise<string> {
  return withFolder(async (top) => {
    const here = `${top}/here`;
    for (const folder of ["folder", "real"]) await Deno.mkdir(`${here}/${folder}`, { recursive: true });
    await Deno.symlink("real", `${here}/link`);
    await Deno.writeTextFile(`${top}/drop.js`, text);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", ...flags, `${top}/drop.js`],
      cwd: here,
    }).output();
    return new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout).trimEnd();
  });
}

for (const row of ROWS) {
  const { granted, left, ...needs } = row;
  const call = JSON.stringify(needs).slice(0, 120);
  Deno.test(`dropPermissions: granted ${granted}, a call with ${call} keeps ${left || "nothing"}`, async () => {
    assertEquals(await run(program(row), [`--allow-read=${granted}`]), left);
  });
}

Deno.test("dropPermissions keeps a grant without paths, and drops it if no path is needed", async () => {
  assertEquals(await run(program({ granted: [], needs: ["a"], left: "" }), ["--allow-read"]), ALL);
  assertEquals(await run(program({ granted: [], needs: [], left: "" }), ["--allow-read"]), "");
  assertEquals(await run(program({ granted: [], needs: ["a"], left: "" }), ["--allow-all"]), ALL);
});
