/**
 * Returns a text that identifies a file of this machine while it exists: device and inode. Undefined if the system has none, or one
 * beyond 2⁵³, as NTFS and ReFS do: the runtime returns it rounded, and files that were created one after another would look the same.
 */
export function fileId({ dev, ino }: Pick<Deno.FileInfo, "dev" | "ino">): string | undefined {
  return ino !== null && Number.isSafeInteger(ino) ? `${dev}-${ino}` : undefined;
}
