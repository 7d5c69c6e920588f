import { ROOT, toolArgs } from "./tool.ts";

/** Resolver files of a machine. */
export interface NameSetup {
  /** Content of `/etc/resolv.conf`, or the kind of file in its place. */
  readonly resolvConf: string;
  /** Content of `/etc/hosts`. */
  readonly hosts?: string;
  /** Content of `/etc/nsswitch.conf`. */
  readonly nsswitch?: string;
  /** Environment variables of the resolver. */
  readonly env?: Readonly<Record<string, string>>;
  /** The name of the machine. */
  readonly hostname?: string;
  /** The name that `getent` looks up. */
  readonly name: string;
  /** Additional arguments of the tool for each run. */
  readonly runs: readonly (readonly string[])[];
  /** The tool. */
  readonly tool: readonly string[];
}

/** Result of a program. */
export interface SetupRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Results of a set-up. */
export interface SetupOutcome {
  readonly getent: SetupRun;
  readonly tools: readonly SetupRun[];
}

/**
 * Shell script for a network with addresses of both families; otherwise the C library omits a family (`AI_ADDRCONFIG`).
 */
const SCRIPT = `
ip link set lo up
ip addr add fe80::53/64 dev lo nodad
ip link add near type veth peer name far
ip addr add 10.9.9.1/24 dev near
ip addr add fd00::1/64 dev near nodad
ip link set far up
ip link set near up
exec "$@"
`;

/**
 * Runs `getent ahosts` and `resolve` on machines with these set-ups, in a network namespace with name servers on
 * 127.0.0.x:53.
 */
export async function runSetups(setups: readonly Omit<NameSetup, "tool">[]): Promise<SetupOutcome[]> {
  const { program, args } = await toolArgs("resolve", []);
  const machine = [
    Deno.execPath(),
    "run",
    "--quiet",
    "--allow-all",
    "--unstable-net",
    `${ROOT}tests/kit/name_machine.ts`,
  ];
  const child = new Deno.Command("unshare", {
    args: ["--net", "sh", "-c", SCRIPT, "sh", ...machine],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const input = JSON.stringify(setups.map((setup) => ({ ...setup, tool: [program, ...args] })));
  const [, { stdout }] = await Promise.all([new Blob([input]).stream().pipeTo(child.stdin), child.output()]);
  return JSON.parse(new TextDecoder().decode(stdout));
}
