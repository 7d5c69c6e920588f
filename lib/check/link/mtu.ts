/**
 * Returns the largest packet of an interface in bytes, where the system tells it in a file and this run may read that; else
 * undefined.
 *
 * Permissions: `--allow-read=/sys/class/net/NAME/mtu`, which is optional.
 */
export function mtuOf(name: string): number | undefined {
  if (!/^[\w.@:-]{1,32}$/.test(name) || name.startsWith(".")) return undefined;
  try {
    const mtu = Number(Deno.readTextFileSync(`/sys/class/net/${name.replace(/@.*$/, "")}/mtu`));
    return Number.isInteger(mtu) && mtu > 0 ? mtu : undefined;
  } catch {
    return undefined;
  }
}
