/** Folder of the signed zones, their trust anchor, and the status of their names. */
export const SIGNED_DATA: URL = new URL("../data/dnssec/", import.meta.url);

/** The zones by name, from the root down. */
export function signedZones(): Record<string, string> {
  const folder = new URL("zones/", SIGNED_DATA);
  return Object.fromEntries([...Deno.readDirSync(folder)].map(({ name }) => [
    name === "root" ? "." : name,
    Deno.readTextFileSync(new URL(name, folder)),
  ]));
}
