import { checkName, readAhead, renameFile, syncFolder } from "../../../core/mod.ts";
import { type FtpPath, FtpRefusal, type FtpUpload, type FtpUploadOptions, type FtpWriter } from "../../../ftp/mod.ts";
import { versionOf } from "../entity.ts";
import { absent, type FoundFile, type FoundFolder } from "../root.ts";
import { IncomingFile } from "../upload/incoming_file.ts";
import { checkNames, modeOfReplaced } from "../upload/target.ts";
import type { WriterContext } from "./writer_context.ts";
import { tooLarge, writing } from "./refusals.ts";
import { openFile } from "./tree.ts";
import { RootUpload } from "./upload.ts";

const NOT_OWN = "Permission denied: only files that were uploaded in this session can be changed";

/**
 * Changes files for one login, by the rules of uploads by HTTP. What others have put there can be replaced, and neither renamed nor
 * deleted: clients that upload under a temporary name rename, or delete, their own files.
 */
export class RootWriter implements FtpWriter {
  readonly #context: WriterContext;
  readonly #client: string;
  /** Files that this login has stored: version by path. The number of a removed file may be given to the next one. */
  readonly #own = new Map<string, string>();

  /** Writes for a client, by the name under which its interrupted uploads are kept. */
  constructor(context: WriterContext, client: string) {
    this.#context = context;
    this.#client = client;
  }

  partSize(path: FtpPath): number | undefined {
    return this.#context.parts.size(this.#client, path);
  }

  store(path: FtpPath, { offset, size = 0 }: FtpUploadOptions): Promise<FtpUpload> {
    return writing(async () => {
      const { root, maxSize } = this.#context;
      if (size > maxSize) throw tooLarge(maxSize);
      const { folder, name } = this.#target(path);
      if (root.findFolder(path)) throw new FtpRefusal(553, "A directory with that name exists");
      const incoming = offset === 0 ? await this.#create(folder, path) : await this.#continue(folder, path, offset);
      return new RootUpload(this.#context, incoming, name, {
        keep: () => this.#keep(path, incoming),
        stored: (stat) => this.#own.set(path.join("/"), versionOf(stat)),
      });
    });
  }

  /** Keeps an interrupted upload, unless the name stands for a whole file by now. */
  async #keep(path: FtpPath, incoming: IncomingFile): Promise<void> {
    const { root, parts } = this.#context;
    if (incoming.size === 0 || root.findStat(path)) await incoming.discard();
    else await parts.keep(this.#client, path, incoming);
  }

  /** Folder and name of a file to write. */
  #target(path: FtpPath): { readonly folder: FoundFolder; readonly name: string } {
    const { root } = this.#context;
    const name = path.at(-1);
    if (name === undefined) throw new FtpRefusal(553, "The path names the root directory");
    checkNames(path, root);
    const folder = root.findFolder(path.slice(0, -1));
    if (!folder) throw new FtpRefusal(550, "No such directory");
    return { folder, name };
  }

  async #create(folder: FoundFolder, path: FtpPath): Promise<IncomingFile> {
    await this.#context.parts.take(this.#client, path)?.discard();
    const mode = modeOfReplaced(this.#context.root.join(path));
    return await IncomingFile.create(folder, this.#context.commits, { mode, unhashed: true });
  }

  /** Continues an interrupted upload, or a copy of the file that is there. */
  async #continue(folder: FoundFolder, path: FtpPath, offset: number | "end"): Promise<IncomingFile> {
    const { root, parts } = this.#context;
    const found = await openFile(root, path);
    if (found) return await this.#copy(folder, path, found, offset);
    const size = parts.size(this.#client, path) ?? 0;
    if (offset !== "end" && offset > size) throw beyond(offset, size);
    const part = size === 0 ? undefined : parts.take(this.#client, path);
    if (!part) return await this.#create(folder, path);
    if (offset !== "end") part.truncate(offset);
    return part;
  }

  async #copy(folder: FoundFolder, path: FtpPath, found: FoundFile, offset: number | "end"): Promise<IncomingFile> {
    const { file, stat } = found;
    using _ = file;
    const size = offset === "end" ? stat.size : offset;
    if (size > stat.size) throw beyond(size, stat.size);
    if (size > this.#context.maxSize) throw tooLarge(this.#context.maxSize);
    const incoming = await this.#create(folder, path);
    try {
      let rest = size;
      const read = async (into: Uint8Array) => {
        const count = rest === 0 ? null : await file.read(into.subarray(0, Math.min(into.length, rest)));
        rest -= count ?? 0;
        return count;
      };
      await readAhead(read, (bytes) => incoming.write(bytes), size);
      if (rest > 0) throw new FtpRefusal(450, "The file has changed while it was read");
      return incoming;
    } catch (error) {
      await incoming.discard();
      throw error;
    }
  }

  makeFolder(path: FtpPath): Promise<void> {
    return writing(async () => {
      const { root } = this.#context;
      if (path.length === 0) throw new FtpRefusal(550, "The directory exists");
      const { folder, name } = this.#target(path);
      if (absent(() => Deno.lstatSync(root.join(path)))) throw new FtpRefusal(550, "The name exists");
      await Deno.mkdir(`${folder.path}/${name}`);
      await syncFolder(folder.path);
    });
  }

  remove(path: FtpPath): Promise<void> {
    return writing(async () => {
      const part = this.#context.root.findStat(path) ? undefined : this.#context.parts.take(this.#client, path);
      if (part) return await part.discard();
      const { path: real } = this.#ownFile(path);
      await Deno.remove(real);
      this.#own.delete(path.join("/"));
      const { folder } = this.#target(path);
      await syncFolder(folder.path);
    });
  }

  checkRename(from: FtpPath): Promise<void> {
    return writing(() => {
      this.#ownFile(from);
      return Promise.resolve();
    });
  }

  rename(from: FtpPath, to: FtpPath): Promise<void> {
    return writing(async () => {
      const { root } = this.#context;
      this.#ownFile(from);
      const found = await openFile(root, from);
      if (!found) throw new FtpRefusal(550, "No such file or directory");
      using file = found.file;
      // From here on nothing waits: what was looked at is what is renamed.
      const source = this.#target(from);
      const { folder, name } = this.#target(to);
      const path = `${folder.path}/${name}`;
      const there = absent(() => Deno.lstatSync(path));
      if (there && !there.isFile && !there.isSymlink) throw new FtpRefusal(553, "The name exists and is not a file");
      this.#ownFile(from);
      renameFile(`${source.folder.path}/${source.name}`, path);
      checkName(path, file);
      this.#own.delete(from.join("/"));
      this.#own.set(to.join("/"), versionOf(file.statSync()));
      for (const changed of new Set([source.folder.path, folder.path])) await syncFolder(changed);
    });
  }

  setModified(path: FtpPath, modified: number): Promise<void> {
    return writing(async () => {
      this.#ownFile(path);
      const found = await openFile(this.#context.root, path);
      if (!found) throw new FtpRefusal(550, "No such file or directory");
      using file = found.file;
      if (versionOf(found.stat) !== this.#own.get(path.join("/"))) throw new FtpRefusal(550, NOT_OWN);
      file.utimeSync(new Date(), new Date(modified));
      this.#own.set(path.join("/"), versionOf(file.statSync()));
    });
  }

  /** The file of a path, if this login has stored it there. */
  #ownFile(path: FtpPath): Omit<FoundFile, "file"> {
    const found = this.#context.root.findStat(path);
    if (!found) throw new FtpRefusal(550, "No such file or directory");
    const own = this.#own.get(path.join("/"));
    if (found.kind !== "file" || own === undefined || own !== versionOf(found.stat)) throw new FtpRefusal(550, NOT_OWN);
    return found;
  }
}

function beyond(offset: number, size: number): FtpRefusal {
  return new FtpRefusal(554, `Restart position ${offset} is beyond the end of the file (${size} bytes)`);
}
