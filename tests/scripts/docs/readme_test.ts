import { assert, assertMatch } from "@std/assert";
import { PROJECT } from "../../../lib/cli/project.ts";
import { ROOT } from "../../kit/tool.ts";

const README = await Deno.readTextFile(`${ROOT}README.md`);

Deno.test("README: the first screen has a sentence, the picture, the installation and five commands", () => {
  const [screen = ""] = README.split("\n## ");
  assert(screen.split("\n").length <= 30, "it is longer than a screen");
  assertMatch(screen, /^# Toucan\n\nNetwork tools [^.]*\.\n\n!\[A terminal [^\]]+\]\(\.github\/terminal\.svg\)$/m);
  assert(screen.includes(`curl -fsSL ${PROJECT}/releases/latest/download/install.sh | sh\n`));
  assert(screen.includes(`irm ${PROJECT}/releases/latest/download/install.ps1 | iex\n`));
  assert(screen.match(/^toucan \S+ .*# /gm)?.length === 5, "it has not five commands");
});

Deno.test("README: names the tour and the tests of a checkout, and every file that it links to exists", () => {
  for (const task of ["tour", "test", "docs"]) assert(README.includes(`task ${task}\``), task);
  const links = [...README.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = ""]) => path);
  assert(links.length > 10);
  for (const path of links) assert(Deno.statSync(ROOT + path).isFile, path);
});
