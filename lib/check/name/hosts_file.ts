import { ipVersion, isWindows, plainIP } from "../../core/mod.ts";

const WINDOWS_PATH = "C:\\Windows\\System32\\drivers\\etc\\hosts";
/** Lists of blocked names have some 10 MiB. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/**
 * Returns the addresses that the hosts file has for a name; undefined where it cannot be read.
 *
 * Permissions: `--allow-read=/etc/hosts`, which is optional.
 */
export async function hostsFileAddresses(host: string): Promise<string[] | undefined> {
  const path = isWindows() ? WINDOWS_PATH : "/etc/hosts";
  try {
    const { isFile, size } = await Deno.stat(path);
    return isFile && size <= MAX_FILE_BYTES ? addressesIn(await Deno.readTextFile(path), host) : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the addresses for a name in the text of a hosts file (hosts(5)). Pure. */
export function addressesIn(text: string, host: string): string[] {
  const wanted = host.toLowerCase().replace(/\.$/, "");
  return text.split("\n").flatMap((line) => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    return ipVersion(address) && names.some((name) => name.toLowerCase() === wanted) ? [plainIP(address)] : [];
  });
}
