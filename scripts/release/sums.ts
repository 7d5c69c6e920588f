/** The file of the checksums of a release. */
export const SUMS = "SHA256SUMS";

/**
 * Writes the checksums of all files of a folder, in the format of `sha256sum`, sorted by name, and returns
 * their text. Permissions: read, write.
 */
export async function writeSums(folder: string): Promise<string> {
  const names = [...Deno.readDirSync(folder)].filter(({ isFile, name }) => isFile && name !== SUMS)
    .map(({ name }) => name).sort();
  const lines: string[] = [];
  for (const name of names) {
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${folder}/${name}`));
    lines.push(`${new Uint8Array(digest).toHex()}  ${name}\n`);
  }
  const text = lines.join("");
  await Deno.writeTextFile(`${folder}/${SUMS}`, text);
  return text;
}
