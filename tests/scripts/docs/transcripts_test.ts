import { assertEquals } from "@std/assert";
import { recorded, recordingSession } from "../../../scripts/docs/recording/commands.ts";
import { picture } from "../../../scripts/docs/recording/picture.ts";
import { matches, normalised, trimmed } from "../../../scripts/docs/transcripts/compare.ts";
import { documentPaths } from "../../../scripts/docs/transcripts/documents.ts";
import { parseSessions, type Session } from "../../../scripts/docs/transcripts/parse.ts";
import { canRunSessions, runSessions } from "../../../scripts/docs/transcripts/run.ts";
import { peerTest } from "../../kit/peer.ts";
import { ROOT, TOUCAN } from "../../kit/tool.ts";

/** Number of machines that run documents at the same time. */
const MACHINES = 2;

/** Returns the commands of the README's first screen, each with its exit code: the installation and five others. */
function readmeSession(): Session {
  const blocks = [...Deno.readTextFileSync(`${ROOT}README.md`).matchAll(/^```sh\b.*\n([^]*?)^```$/gm)];
  const commands = blocks.flatMap(([, block = ""]) =>
    block.trim().split("\n").map((line) => line.replace(/ +#.*/, ""))
  );
  return {
    title: "README",
    fresh: true,
    steps: commands.map((command) => {
      const server = / (?:serve|sink)\b/.test(command);
      return { command: server ? command : `${command}; echo "exit $?"`, output: [], server, awaits: "", at: [0, 0] };
    }),
  };
}

const PICTURE = ".github/terminal.svg";

const documents = [
  { path: PICTURE, sessions: [recordingSession()] },
  { path: "README.md", sessions: [readmeSession()] },
  ...documentPaths().map((path) => ({ path, sessions: parseSessions(Deno.readTextFileSync(ROOT + path)) })),
].filter(({ sessions }) => sessions.length > 0);

/** Runs all documents, each on one of the machines. Returns the outputs of each session. */
async function runAll(): Promise<ReadonlyMap<Session, string[][]>> {
  const shares = Array.from({ length: MACHINES }, (): Session[] => []);
  const size = (sessions: readonly Session[]) => sessions.reduce((sum, { steps }) => sum + steps.length, 0);
  for (const { sessions } of documents.toSorted((a, b) => size(b.sessions) - size(a.sessions))) {
    shares.reduce((least, share) => size(share) < size(least) ? share : least).push(...sessions);
  }
  const outputs = await Promise.all(shares.map((sessions) => runSessions(sessions, "check", TOUCAN)));
  return new Map(shares.flatMap((share, i) => share.map((session, j) => [session, outputs[i]?.[j] ?? []])));
}

const PEERS = [
  "unshare",
  "ip",
  "mount",
  "script",
  "curl",
  ...(await canRunSessions() ? [] : ["(a root that may make namespaces)"]),
];
let running: ReturnType<typeof runAll> | undefined;

for (const { path, sessions } of documents) {
  peerTest(`documents: every command of ${path} prints what it shows`, PEERS, async () => {
    const printed = await (running ??= runAll());
    for (const session of sessions) {
      const outputs = printed.get(session) ?? [];
      if (path === "README.md") checkReadme(session.steps, outputs);
      else if (path === PICTURE) checkPicture(outputs);
      else checkSession(session, outputs);
    }
  });
}

/** Checks that each command prints what stands in its document. */
function checkSession({ title, steps }: Session, printed: readonly string[][]): void {
  for (const [i, { command, output }] of steps.entries()) {
    const found = printed[i] ?? [];
    if (!matches(output, found)) assertEquals(trimmed(found), trimmed(output), `${title}: $ ${command}`);
  }
}

/** Checks that the picture of the README is what its commands make; columns move with the length of a time. */
function checkPicture(printed: readonly string[][]): void {
  const lines = (svg: string) => svg.split("\n").map((line) => normalised(line).replaceAll(/ {2,}/g, "  "));
  assertEquals(lines(picture(recorded(printed))), lines(Deno.readTextFileSync(ROOT + PICTURE)));
}

/** Checks that servers listen, and that other commands succeed. */
function checkReadme(steps: Session["steps"], printed: readonly string[][]): void {
  assertEquals(steps.length, 6, "the README has the installation and five commands");
  for (const [i, { command, server }] of steps.entries()) {
    const lines = printed[i] ?? [];
    const ok = server ? lines.some((line) => line.startsWith("listening on ")) : lines.at(-1) === "exit 0";
    assertEquals(ok, true, `$ ${command}\n${lines.join("\n")}`);
  }
}
