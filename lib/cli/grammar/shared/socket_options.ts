import { type Address, type AddressDefaults, parseAddress } from "../../../core/address/address.ts";
import { UsageError } from "../../../core/errors/errors.ts";
import { fromSystem } from "../../../core/errors/system_error.ts";
import type { SocketFileOptions } from "../../../core/unix/bind_unix.ts";
import { privateFolder } from "../../../core/unix/private_folder.ts";
import { isWindows, type Os } from "../../../core/system/os.ts";
import { parsed } from "../kind.ts";
import { releasePaths } from "../../sandbox/drop_permissions.ts";
import { option, type Options, type Values } from "../option.ts";
import type { Needs } from "../../sandbox/sandbox.ts";

const PASSWD = "/etc/passwd";
const GROUP = "/etc/group";
const MAX_ID = 2 ** 32 - 2;

const mode = parsed("MODE", "permission bits in octal, such as 660", (text) => {
  if (!/^0?[0-7]{3}$/.test(text)) throw new UsageError(`invalid mode "${text}"`);
  return Number.parseInt(text, 8);
});

/** A user and a group, each as a name or a number. */
interface Owner {
  readonly user?: string;
  readonly group?: string;
}

const owner = parsed("USER[:GROUP]", "USER, USER:GROUP or :GROUP, names or numbers", (text): Owner => {
  const [, user, group] = /^([^:]*)(?::([^:]+))?$/.exec(text) ?? [];
  if (user === undefined || (user === "" && group === undefined)) throw new UsageError(`invalid owner "${text}"`);
  return { user: user === "" ? undefined : user, group };
});

/** Options for the permissions of the unix socket of a server. */
export const SOCKET_FILE = {
  "mode": option(mode, "permission bits of the unix socket, in octal", {
    group: "listening",
    more: "The default is 777 less the umask.",
  }),
  "owner": option(owner, "owner and group of the unix socket", {
    group: "listening",
    more: "Names or numbers. Another owner than the user who runs it requires root.",
    needs: (value) => ({ startup: { read: namesIn(value) } }),
  }),
} satisfies Options;

/**
 * Returns mode and owner of the file of a unix socket from the options. Permissions for the files with the names of
 * users and groups are dropped after they are read.
 *
 * @throws {UsageError} If the address is not a unix socket, or the user or group does not exist.
 */
export function socketFileOf(
  options: Values<typeof SOCKET_FILE>,
  address: Address,
  os?: Os,
): SocketFileOptions | undefined {
  const { mode, owner } = options;
  if (mode === undefined && owner === undefined) return undefined;
  if (address.transport !== "unix") {
    const name = mode === undefined ? "owner" : "mode";
    if (isWindows(os)) throw new UsageError(`option --${name} is not supported on Windows: it has no unix sockets`);
    throw new UsageError(`option --${name} requires the address of a unix socket`);
  }
  const uid = owner?.user === undefined ? undefined : idOf(owner.user, PASSWD, "user", os);
  const gid = owner?.group === undefined ? undefined : idOf(owner.group, GROUP, "group", os);
  releasePaths(...namesIn(owner));
  return { mode, uid, gid };
}

/** Returns the needs of listening on an address: the network, and for a unix socket its path and its folder. */
export function listenNeeds(text: string | undefined, defaults?: AddressDefaults): Needs {
  const address = parseAddress(text ?? "", defaults);
  if (address.transport === "ip") return { net: true };
  const paths = [address.path, privateFolder(address.path)];
  return { net: true, read: paths, write: paths };
}

/** Files with the names of users and groups. */
function namesIn(value: unknown): string[] {
  const { user, group }: Owner = typeof value === "object" && value !== null ? value : {};
  return [...isName(user) ? [PASSWD] : [], ...isName(group) ? [GROUP] : []];
}

function isName(id: string | undefined): boolean {
  return id !== undefined && !/^\d+$/.test(id);
}

function idOf(id: string, file: string, noun: string, os: Os = Deno.build.os): number {
  const number = isName(id) ? lookedUp(id, file) : Number(id);
  if (number !== undefined && number <= MAX_ID) return number;
  const elsewhere = os === "darwin" && isName(id);
  throw new UsageError(`option --owner: unknown ${noun} "${id}"`, {
    hint: elsewhere ? `on macOS, ${file} has only system accounts: use the number of the ${noun}` : undefined,
  });
}

/** Returns the id of a name from passwd(5) or group(5), whose lines both begin with name, password and id. */
function lookedUp(name: string, file: string): number | undefined {
  let text;
  try {
    text = Deno.readTextFileSync(file);
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: file });
  }
  const fields = text.split("\n").map((line) => line.split(":")).find(([known]) => known === name);
  const number = fields?.[2];
  return number !== undefined && /^\d+$/.test(number) ? Number(number) : undefined;
}
