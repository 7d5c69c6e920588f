import { grantFlags } from "../../../lib/cli/mod.ts";
import { record } from "../../records.ts";
import { ROOT } from "../../root.ts";
import type { Session } from "./parse.ts";
import { ADDRESSES } from "./world/zones.ts";

/** Shell script that sets up the network of the machine, mounts its resolver files, and runs a program. */
const SCRIPT = `
set -e
ip link set lo up
for address in ${Object.values(ADDRESSES).flat().join(" ")}; do ip addr add $address dev lo; done
mount --bind "$1/resolv.conf" /etc/resolv.conf
mount --bind "$1/hosts" /etc/hosts
shift
exec "$@"
`;

/** Returns whether this process can make such a machine, which requires Linux and root. */
export async function canRunSessions(): Promise<boolean> {
  try {
    const args = ["--mount", "--net", "ip", "link", "set", "lo", "up"];
    return (await new Deno.Command("unshare", { args, stdin: "null", stdout: "null", stderr: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

/**
 * Runs sessions one after the other on a machine of their own, and returns the output of each step in lines. With `record`
 * the outputs of servers are not known yet. `toucan` is the umbrella's path in the checkout.
 */
export async function runSessions(
  sessions: readonly Session[],
  mode: "check" | "record",
  toucan = "cmd/toucan.ts",
): Promise<string[][][]> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/bin`);
    const authority = `${folder}/authority.pem`;
    await writeTools(`${folder}/bin`, ROOT + toucan, authority);
    await Deno.writeTextFile(`${folder}/resolv.conf`, `nameserver ${ADDRESSES.dns[0]}\n`);
    await Deno.writeTextFile(`${folder}/hosts`, "127.0.0.1 localhost\n");
    const world = [Deno.execPath(), "run", "--quiet", "--allow-all", `${ROOT}scripts/docs/transcripts/world/main.ts`];
    const child = new Deno.Command("unshare", {
      args: ["--mount", "--net", "sh", "-c", SCRIPT, "sh", folder, ...world, `${folder}/bin`, authority, mode],
      // The cache of the runtime is not in the home of a session.
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", DENO_DIR: await cacheFolder() },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const feed = new Blob([JSON.stringify(sessions)]).stream().pipeTo(child.stdin);
    const [{ success, stdout }] = await Promise.all([child.output(), feed]);
    if (!success) throw new Error("cannot run the sessions");
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Returns the folder in which the runtime has its cache. */
async function cacheFolder(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"], cwd: ROOT }).output();
  const { denoDir }: { denoDir: string } = JSON.parse(new TextDecoder().decode(stdout));
  return denoDir;
}

/** Writes the program `toucan`, which runs the umbrella with the permissions of its record. */
async function writeTools(bin: string, toucan: string, authority: string): Promise<void> {
  const { permissions } = await record("toucan");
  const flags = ["--quiet", "--no-prompt", "--unstable-net", `--cert=${authority}`, ...grantFlags(permissions)];
  const words = [Deno.execPath(), "run", ...flags, toucan].map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(`${bin}/toucan`, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
}
