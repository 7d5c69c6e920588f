import { writeNsdConfig } from "./nsd.ts";
import { toolArgs, type ToolResult } from "./tool.ts";

/** A simulated machine: a loopback network, resolver files, a name server on 127.0.0.1:53. */
export interface Machine {
  /** Content of its `/etc/resolv.conf`. */
  readonly resolvConf: string;
  /** Content of its `/etc/hosts`. */
  readonly hosts: string;
  /** Zones of its name server. */
  readonly zones: Readonly<Record<string, string>>;
}

/** Shell script that waits for the name server, runs the tool, and stops the server by its process id. */
const SCRIPT = `
ip link set lo up
mount --bind "$1/resolv.conf" /etc/resolv.conf
mount --bind "$1/hosts" /etc/hosts
nsd -d -c "$2" 2>"$1/log" &
server=$!
until grep -q "nsd started" "$1/log"; do kill -0 $server || exit 99; sleep 0.02; done
shift 2
"$@"
code=$?
kill $server
wait $server
exit $code
`;

/** Whether this process can create such a machine, which requires root. */
export async function canMakeMachines(): Promise<boolean> {
  try {
    const args = ["--mount", "--net", "ip", "link", "set", "lo", "up"];
    return (await new Deno.Command("unshare", { args, stdin: "null", stdout: "null", stderr: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

/** Runs a tool on such a machine. */
export async function runToolOn(machine: Machine, name: string, args: readonly string[]): Promise<ToolResult> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/resolv.conf`, machine.resolvConf);
    await Deno.writeTextFile(`${folder}/hosts`, machine.hosts);
    const config = await writeNsdConfig(folder, 53, machine.zones);
    const tool = await toolArgs(name, args);
    const { code, stdout, stderr } = await new Deno.Command("unshare", {
      args: ["--mount", "--net", "sh", "-c", SCRIPT, "sh", folder, config, tool.program, ...tool.args],
      env: { NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Script that creates an interface with networks of RFC 5737 and RFC 3849, whose peer accepts only packets to its own
 * address.
 */
const SILENT_SCRIPT = `
ip link set lo up
ip link add silent type veth peer name far
ip link set far up
ip addr add 192.0.2.1/24 dev silent
ip addr add 2001:db8::1/64 dev silent nodad
ip link set silent up
ip neigh add 192.0.2.7 lladdr 02:00:00:00:00:07 dev silent nud permanent
ip neigh add 2001:db8::7 lladdr 02:00:00:00:00:08 dev silent nud permanent
mount --bind "$1" /etc/hosts
shift
exec "$@"
`;

/**
 * Runs a program on a machine with a loopback network, the addresses 192.0.2.1 and 2001:db8::1, the neighbours
 * 192.0.2.7 and 2001:db8::7, which never respond, and this content of `/etc/hosts`.
 */
export async function runBesideSilence(hosts: string, program: string, args: readonly string[]): Promise<ToolResult> {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, hosts);
    const { code, stdout, stderr } = await new Deno.Command("unshare", {
      args: ["--mount", "--net", "sh", "-c", SILENT_SCRIPT, "sh", file, program, ...args],
      env: { NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  } finally {
    await Deno.remove(file);
  }
}
