import type { CheckSetup } from "./check_setup.ts";
import { canMakeMachines } from "./machine.ts";
import { hasPeer } from "./peer.ts";
import { ROOT } from "./tool.ts";

/**
 * Shell script for the network of {@link "./check_machine.ts"}: addresses of RFC 5737 and RFC 3849 on a link whose neighbours
 * 192.0.2.7 and 2001:db8::7 never answer, and resolver files that can be written.
 */
const SCRIPT = `
set -e
ip link set lo up
ip link add net0 type veth peer name far0
ip link set far0 up
ip addr add 192.0.2.1/24 dev net0
ip addr add 2001:db8::1/64 dev net0 nodad
ip link set net0 up
ip neigh add 192.0.2.7 lladdr 02:00:00:00:00:07 dev net0 nud permanent
ip neigh add 2001:db8::7 lladdr 02:00:00:00:00:08 dev net0 nud permanent
for file in hosts resolv.conf nsswitch.conf; do
  touch "$1/$file"
  mount --bind "$1/$file" "/etc/$file"
done
mount -t sysfs none /sys
shift
exec "$@"
`;

/** Group of set-ups, which are run in one process. */
export type MachineGroup = "curl" | "machine" | "public" | "puzzles";

/** Another test that needs a machine of its own. */
export interface MachineWork extends Pick<CheckSetup, "name" | "peers"> {
  /** Runs it. */
  readonly run: () => Promise<void>;
}

/** Whether this process can create such namespaces. */
const POSSIBLE = hasPeer("ip") && hasPeer("nft") && await canMakeMachines();

/** Registers a test for each set-up of a group that needs a machine of its own; all are run together when the first is. */
export function testMachineSetups(group: MachineGroup, setups: readonly Pick<CheckSetup, "name" | "peers">[]): void {
  let running: ReturnType<typeof runMachineSetups> | undefined;
  for (const { name, peers = [] } of setups) {
    const possible = POSSIBLE && peers.every(hasPeer);
    Deno.test({
      name: possible ? titleOf(name) : `${titleOf(name)} (left out: no namespaces here)`,
      ignore: !possible,
      async fn() {
        const failure = (await (running ??= runMachineSetups(group)))[name];
        if (failure !== undefined) throw new Error(failure);
      },
    });
  }
}

const titleOf = (name: string) => name.startsWith("check") ? name : `check: ${name}`;

/** Runs the set-ups in namespaces of their own; returns what failed, by name. */
async function runMachineSetups(group: MachineGroup): Promise<Readonly<Record<string, string>>> {
  const folder = await Deno.makeTempDir();
  try {
    const runner = [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-all",
      "--unstable-net",
      `${ROOT}tests/kit/check_machine.ts`,
      group,
    ];
    const { code, stdout, stderr } = await new Deno.Command("unshare", {
      args: ["--mount", "--net", "sh", "-c", SCRIPT, "sh", folder, Deno.execPath(), ...runner],
      env: { NO_COLOR: "1", [MACHINE_VARIABLE]: folder },
      stdin: "null",
    }).output();
    const text = new TextDecoder();
    if (code !== 0) throw new Error(`the namespaces failed with ${code}: ${text.decode(stderr)}`);
    return JSON.parse(text.decode(stdout));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Variable that tells a set-up that it is in such namespaces, and may change the network. */
export const MACHINE_VARIABLE = "TOUCAN_CHECK_MACHINE";
