import { type GroupCommit, syncFolder } from "../../../core/mod.ts";
import {
  evaluateConditions,
  type Fields,
  type ServerRequest,
  type ServerResponse,
  type Validators,
} from "../../../http/mod.ts";
import { ALWAYS, json, Refusal, showsPages } from "../answer.ts";
import { formBoundary, FormError, FormReader } from "../../codec/multipart.ts";
import { FILE_FIELD, parseFileField } from "../../codec/file_field.ts";
import { encodePath, type TargetPath } from "../../codec/path.ts";
import type { Digests } from "../../digest/digest.ts";
import { tagOf, versionOf } from "../entity.ts";
import { IncomingFile, type StoredFile } from "./incoming_file.ts";
import { fileRefusal, WRITE_STATUS } from "../file_status.ts";
import { behindLink, checkNames, modeOfReplaced } from "./target.ts";
import { checkDigest, reprDigest } from "../../digest/repr_digest.ts";
import { absent, type FoundFolder, type Root } from "../root.ts";

/** Limits and rules of uploads. */
export interface UploadOptions {
  /** The largest file, in bytes. */
  readonly maxSize: number;
  /** Whether a form may replace files. */
  readonly overwrite: boolean;
}

const CHUNK_BYTES = 256 * 1024;

/** Fields that make an upload depend on what is there (RFC 9110 §13.1). */
const CONDITIONS = ["if-match", "if-none-match", "if-unmodified-since", "if-modified-since"];

/** Takes files from clients. */
export class Uploads {
  readonly #root: Root;
  readonly #digests: Digests;
  readonly #options: UploadOptions;
  readonly #commits: GroupCommit;

  /** Takes them below a root. */
  constructor(root: Root, digests: Digests, commits: GroupCommit, options: UploadOptions) {
    this.#root = root;
    this.#digests = digests;
    this.#commits = commits;
    this.#options = options;
  }

  /** Answers PUT: stores a file, and makes the folders on the way; with a slash at the end of the path, makes a folder. */
  put(request: ServerRequest, target: TargetPath): Promise<ServerResponse> {
    return refusing(() => target.folder ? this.#putFolder(request, target) : this.#putFile(request, target));
  }

  /** Answers POST of a form to a folder: stores its files, when all have come. */
  form(request: ServerRequest, target: TargetPath): Promise<ServerResponse> {
    return refusing(() => this.#form(request, target));
  }

  async #putFolder({ body }: ServerRequest, { segments }: TargetPath): Promise<ServerResponse> {
    if (body.length !== 0 && (await body.bytes(0)).length > 0) {
      throw new Refusal(400, "a request to create a folder must not have content");
    }
    checkNames(segments, this.#root);
    const there = this.#root.findFolder(segments) !== undefined;
    if (!there) await this.#makeFolder(segments);
    return { status: there ? 204 : 201, headers: ALWAYS };
  }

  async #putFile(request: ServerRequest, { segments }: TargetPath): Promise<ServerResponse> {
    const { headers, body } = request;
    const name = segments.at(-1);
    checkNames(segments, this.#root);
    if (name === undefined) throw new Refusal(409, "the path names the root folder");
    if (headers.has("content-range")) throw new Refusal(400, "partial uploads are not supported");
    if (!/^(?:identity)?$/i.test(headers.get("content-encoding") ?? "")) {
      throw new Refusal(415, "content codings are not supported");
    }
    this.#checkSize(body.length ?? 0);
    const conditional = CONDITIONS.some((field) => headers.has(field));
    const check = (path: string) => conditional ? this.#checkConditions(path, headers) : undefined;
    check(this.#root.join(segments));
    const folder = await this.#makeFolder(segments.slice(0, -1));
    const mode = modeOfReplaced(this.#root.join(segments));
    const incoming = await IncomingFile.create(folder, this.#commits, { mode });
    try {
      const piece = new Uint8Array(Math.min(CHUNK_BYTES, Math.max(1, body.length ?? CHUNK_BYTES)));
      for (let count = await body.read(piece); count !== null; count = await body.read(piece)) {
        this.#checkSize(incoming.size + count);
        await incoming.write(piece.subarray(0, count));
      }
      const digest = incoming.end();
      checkDigest(headers, digest);
      incoming.mark(parseFileField(headers.get(FILE_FIELD) ?? "", Date.now()));
      const replace = headers.get("if-none-match")?.trim() !== "*";
      const stored = await incoming.commit(name, replace, check, behindLink(this.#root));
      this.#remember(stored);
      return {
        status: stored.replaced ? 204 : 201,
        headers: { ...ALWAYS, "ETag": tagOf(stored.stat), ...reprDigest(digest) },
      };
    } finally {
      await incoming.discard();
    }
  }

  async #form(request: ServerRequest, { segments }: TargetPath): Promise<ServerResponse> {
    const boundary = formBoundary(request.headers.get("content-type"));
    if (boundary === undefined) throw new Refusal(415, "expected multipart/form-data");
    const folder = this.#root.findFolder(segments);
    if (!folder) throw new Refusal(404, "no such folder");
    const files = new Map<string, IncomingFile>();
    try {
      await this.#readForm(request, new FormReader(boundary), folder, files);
      if (files.size === 0) throw new Refusal(400, "the form contains no file");
      const { overwrite } = this.#options;
      // Together, so that they share what it costs to flush them.
      const commits = Array.from(
        files,
        ([name, file]) => file.commit(name, overwrite, undefined, behindLink(this.#root)),
      );
      for (const stored of await settled(commits)) this.#remember(stored);
      const saved = [...files.keys()];
      if (!showsPages(request.headers)) return json({ saved }, 201);
      return {
        status: 303,
        headers: { ...ALWAYS, "Location": `${request.prefix ?? ""}${encodePath(segments, true)}` },
      };
    } finally {
      for (const file of files.values()) await file.discard();
    }
  }

  async #readForm(
    { body }: ServerRequest,
    reader: FormReader,
    folder: FoundFolder,
    files: Map<string, IncomingFile>,
  ): Promise<void> {
    const piece = new Uint8Array(CHUNK_BYTES);
    let file: IncomingFile | undefined;
    let size = 0;
    for (let count = await body.read(piece); count !== null; count = await body.read(piece)) {
      for (const event of reader.feed(piece.subarray(0, count))) {
        if (event.kind === "data") {
          this.#checkSize(size += event.bytes.length);
          await file?.write(event.bytes);
        } else if (event.kind === "end") {
          file?.end();
          file = undefined;
        } else {
          size = 0;
          // A field without a file, or one in which none was chosen.
          const { fileName: name = "" } = event;
          if (name === "") continue;
          // A browser on Windows may send a path.
          if (name.includes("\\")) throw new Refusal(400, "a file name in the form contains a backslash");
          checkNames([name], this.#root);
          if (files.has(name)) throw new Refusal(400, "the form contains two files with the same name");
          this.#checkFree(`${folder.path}/${name}`);
          files.set(name, file = await IncomingFile.create(folder, this.#commits));
        }
      }
    }
    if (!reader.done) throw new Refusal(400, "incomplete form: the closing boundary is missing");
  }

  /** The folder of these names; those that are missing are made. */
  async #makeFolder(segments: readonly string[]): Promise<FoundFolder> {
    // Mostly it is there.
    const there = this.#root.findFolder(segments);
    if (there) return there;
    let folder = this.#root.findFolder([]);
    for (let depth = 1; depth <= segments.length && folder; depth++) {
      const names = segments.slice(0, depth);
      const next = this.#root.findFolder(names);
      if (!next) {
        const { path } = folder;
        const fresh = `${path}/${names.at(-1)}`;
        const found = absent(() => Deno.lstatSync(fresh));
        // A folder that is there by now was made by another request.
        if (found && !found.isDirectory) throw new Refusal(409, "a name in the path is not a folder");
        await Deno.mkdir(fresh).catch((error) => {
          // Another request was quicker.
          if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
        });
        await syncFolder(path);
      }
      folder = next ?? this.#root.findFolder(names);
    }
    if (!folder) throw new Refusal(409, "the folder was removed during the upload");
    return folder;
  }

  #checkSize(size: number): void {
    if (size > this.#options.maxSize) {
      throw new Refusal(413, `the file exceeds the limit of ${this.#options.maxSize} bytes`);
    }
  }

  #checkFree(path: string): void {
    if (!this.#options.overwrite && absent(() => Deno.lstatSync(path))) {
      throw new Refusal(409, "a file with that name already exists");
    }
  }

  #checkConditions(path: string, headers: Fields): void {
    if (evaluateConditions("PUT", headers, this.#validators(path)) === "proceed") return;
    const fresh = headers.get("if-none-match")?.trim() === "*";
    throw new Refusal(412, fresh ? "a file with that name already exists" : "the file has changed");
  }

  #validators(path: string): Validators {
    const there = absent(() => Deno.lstatSync(path));
    if (!there) return { missing: true };
    if (!there.isSymlink) return { etag: tagOf(there), lastModified: there.mtime?.getTime() };
    const behind = absent(() => this.#root.holds(Deno.realPathSync(path)) ? Deno.statSync(path) : undefined);
    return behind ? { etag: tagOf(behind), lastModified: behind.mtime?.getTime() } : {};
  }

  #remember({ stat, digest }: StoredFile): void {
    if (digest) this.#digests.remember(versionOf(stat), digest.toHex());
  }
}

/** The results of all, when each is over; the first failure, where there is one. */
async function settled<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}

/** Runs an upload; failures become responses. */
async function refusing(work: () => Promise<ServerResponse>): Promise<ServerResponse> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FormError) throw new Refusal(400, error.message);
    throw fileRefusal(error, WRITE_STATUS);
  }
}
