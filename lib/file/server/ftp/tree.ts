import { fileId, permissionBits } from "../../../core/mod.ts";
import { relative } from "../../../deps/std/path.ts";
import { type FtpEntry, type FtpPath, FtpRefusal, type FtpSource, type FtpTree } from "../../../ftp/mod.ts";
import type { Digests } from "../../digest/digest.ts";
import { type FoundEntry, listFolder, MAX_ENTRIES } from "../listing.ts";
import { absent, type FoundFile, type FoundFolder, type Root } from "../root.ts";
import { reading } from "./refusals.ts";

/** Returns the files below a root, as clients of FTP may read them. */
export function rootTree(root: Root, digests: Digests): FtpTree {
  return {
    stat: (path) => reading(() => Promise.resolve(statEntry(root, path))),
    list: (path) => reading(() => list(root, path)),
    open: (path) => reading(() => open(root, path)),
    sha256: (path) => reading(() => digest(root, digests, path)),
  };
}

function statEntry(root: Root, path: FtpPath): FtpEntry | undefined {
  const found = root.findStat(path);
  return found && { name: path.at(-1) ?? "/", ...factsOf(found.kind, found.stat) };
}

function factsOf(type: "file" | "folder", stat: Deno.FileInfo): Omit<FtpEntry, "name"> {
  const [modified, mode, unique] = [stat.mtime?.getTime(), permissionBits(stat), fileId(stat)];
  return {
    type,
    ...(type === "file" && { size: stat.size }),
    ...(modified !== undefined && { modified, precision: "second" }),
    ...(mode !== undefined && { mode }),
    ...(unique !== undefined && { unique }),
  };
}

async function list(root: Root, path: FtpPath): Promise<FtpEntry[] | undefined> {
  const folder = root.findFolder(path);
  if (!folder) return undefined;
  const { entries, truncated } = await listFolder(root, folder);
  // A listing that ends early would look complete.
  if (truncated) throw new FtpRefusal(451, `The directory has more than ${MAX_ENTRIES} entries`);
  return entries.map((entry) => listEntry(folder, entry));
}

function listEntry(folder: FoundFolder, { name, type, size, modified, stat, link }: FoundEntry): FtpEntry {
  // As a folder, a link to one above it would never end for a client that walks the tree.
  if (link) return { name, type: "link", modified, target: targetOf(folder, name), ...(type === "file" && { size }) };
  if (type === "file" && stat) return { name, ...factsOf(type, stat) };
  return { name, type, modified, ...(type === "file" && { size }) };
}

/** Where a link leads, from its folder: links whose target is not below the root are not listed. */
function targetOf({ path }: FoundFolder, name: string): string | undefined {
  const real = absent(() => Deno.realPathSync(`${path}/${name}`));
  return real === undefined ? undefined : (relative(path, real) || ".").replaceAll("\\", "/");
}

/** Opens a file; undefined for anything else. */
export async function openFile(root: Root, path: FtpPath): Promise<FoundFile | undefined> {
  const found = await root.find(path);
  return found?.kind === "file" ? found : undefined;
}

async function open(root: Root, path: FtpPath): Promise<FtpSource | undefined> {
  const found = await openFile(root, path);
  if (!found) return undefined;
  const { file, stat } = found;
  return {
    size: stat.size,
    seek: async (offset) => void await file.seek(offset, Deno.SeekMode.Start),
    read: (into) => file.read(into),
    close: () => file.close(),
  };
}

async function digest(
  root: Root,
  digests: Digests,
  path: FtpPath,
): Promise<{ readonly hex: string; readonly size: number } | undefined> {
  const found = await openFile(root, path);
  if (!found) return undefined;
  try {
    const hex = await digests.of(found.file, found.stat);
    if (hex === undefined) throw new FtpRefusal(450, "The file has changed while it was read");
    return { hex, size: found.stat.size };
  } finally {
    found.file.close();
  }
}
