import { assertEquals, assertMatch } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { testSite } from "../kit/site.ts";
import { runTool, TARGET } from "../kit/tool.ts";

const SAVE = ["--force", "-o", "page.html", "URL"];
const OWN = "page.html,page.html.part,page.html.part.json";

/** Permissions of a user who runs `get` from source, its arguments, and its exit code. */
const ROWS: readonly (readonly [granted: string, words: readonly string[], code: number, stderr: RegExp])[] = [
  // All permissions.
  ["--allow-all", SAVE, 0, /^$/],
  ["-N -R -W -E", SAVE, 0, /^$/],
  // Narrower than those of the executable, but sufficient.
  ["-N -E --allow-read=. --allow-write=.", SAVE, 0, /^$/],
  ["-N -E --allow-read=/ --allow-write=/", SAVE, 0, /^$/],
  [`-N -E --allow-read=${OWN} --allow-write=${OWN}`, SAVE, 0, /^$/],
  ["-N -E --allow-read=page.html,page.html.part --allow-write=page.html,page.html.part", SAVE, 0, /^$/],
  ["-N -E", ["URL"], 0, /^$/],
  ["-N -E --allow-read=body.txt", ["--data", "@body.txt", "URL"], 0, /^$/],
  // Too narrow: the error names the permission.
  ["-N -E", SAVE, 5, /: the (?:read|write) permission is missing\nhint: this run lacks --allow-(?:read|write)/],
  [`-N -E --allow-read=${OWN}`, SAVE, 5, /page\.html: the write permission is missing\nhint: this run lacks /],
  [`-N -E --allow-read=other --allow-write=${OWN}`, SAVE, 5, /: the read permission is missing\nhint: this run lacks /],
  [
    `-N -E --allow-read=${OWN} --allow-write=other`,
    SAVE,
    5,
    /: the write permission is missing\nhint: this run lacks /,
  ],
  [
    "-N -E --allow-read=other",
    ["--data", "@body.txt", "URL"],
    5,
    /cannot read body\.txt: the read permission is missing/,
  ],
  ["-N -E -W -R --deny-write=page.html.part", SAVE, 5, /the write permission is missing/],
];

for (const [granted, words, code, stderr] of ROWS) {
  Deno.test({
    name: `get ${words.join(" ")} with ${granted} exits with ${code}`,
    ignore: TARGET === "executable",
    fn: () =>
      withFolder(async (cwd) => {
        await using site = testSite({ "/": { body: "a page\n" } });
        await Deno.writeTextFile(`${cwd}/body.txt`, "a body");
        await Deno.writeTextFile(`${cwd}/page.html`, "an old page\n");
        const args = words.map((word) => word.replace("URL", site.url));
        const result = await runTool("get", args, { cwd, flags: granted.split(" ") });
        assertMatch(result.stderr, stderr);
        assertEquals(result.code, code);
        const saved = code === 0 && words === SAVE;
        const names = [...Deno.readDirSync(cwd)].map(({ name }) => name).sort();
        assertEquals(names, ["body.txt", "page.html"]);
        assertEquals(await Deno.readTextFile(`${cwd}/page.html`), saved ? "a page\n" : "an old page\n");
      }),
  });
}
