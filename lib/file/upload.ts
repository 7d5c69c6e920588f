import { syncFolder } from "../core/mod.ts";
import {
  evaluateConditions,
  type Fields,
  type ServerRequest,
  type ServerResponse,
  type Validators,
} from "../http/mod.ts";
import { ALWAYS, json, Refusal } from "./answer.ts";
import { formBoundary, FormError, FormReader } from "./codec/multipart.ts";
import { encodePath, isDotFile, isFreeName, type TargetPath } from "./codec/path.ts";
import type { Digests } from "./digest.ts";
import { tagOf, versionOf } from "./entity.ts";
import { IncomingFile, type StoredFile } from "./incoming_file.ts";
import { fileRefusal, WRITE_STATUS } from "./file_status.ts";
import { absent, type FoundFolder, type Root } from "./root.ts";

/** What clients may bring. */
export interface UploadOptions {
  /** The largest file, in bytes. */
  readonly maxSize: number;
  /** Whether a form may replace files. */
  readonly overwrite: boolean;
}

const WINDOWS = Deno.build.os === "windows";
const PIECE = 256 * 1024;

/** Takes files from clients. */
export class Uploads {
  readonly #root: Root;
  readonly #digests: Digests;
  readonly #options: UploadOptions;

  /** Takes them below a root. */
  constructor(root: Root, digests: Digests, options: UploadOptions) {
    this.#root = root;
    this.#digests = digests;
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
    if (body.length !== 0 && (await body.bytes(0)).length > 0) throw new Refusal(400, "a folder has no content");
    checkNames(segments);
    const there = this.#root.findFolder(segments) !== undefined;
    if (!there) await this.#makeFolder(segments);
    return { status: there ? 204 : 201, headers: ALWAYS };
  }

  async #putFile(request: ServerRequest, { segments }: TargetPath): Promise<ServerResponse> {
    const { headers, body } = request;
    const name = segments.at(-1);
    checkNames(segments);
    if (name === undefined) throw new Refusal(409, "the root is a folder");
    if (headers.has("content-range")) throw new Refusal(400, "a part of a file cannot be put");
    if (!/^(?:identity)?$/i.test(headers.get("content-encoding") ?? "")) {
      throw new Refusal(415, "files are taken as they are, without an encoding");
    }
    this.#checkSize(body.length ?? 0);
    const check = (path: string) => this.#checkConditions(path, headers);
    check(this.#root.join(segments));
    const folder = await this.#makeFolder(segments.slice(0, -1));
    const incoming = await IncomingFile.create(folder);
    try {
      const piece = new Uint8Array(PIECE);
      for (let count = await body.read(piece); count !== null; count = await body.read(piece)) {
        this.#checkSize(incoming.size + count);
        await incoming.write(piece.subarray(0, count));
      }
      const digest = await incoming.end();
      checkDigest(headers, digest);
      const stored = await incoming.commit(name, headers.get("if-none-match")?.trim() !== "*", check);
      this.#remember(stored);
      return {
        status: stored.replaced ? 204 : 201,
        headers: { ...ALWAYS, "ETag": tagOf(stored.stat), "Repr-Digest": `sha-256=:${digest.toBase64()}:` },
      };
    } finally {
      await incoming.discard();
    }
  }

  async #form(request: ServerRequest, { segments }: TargetPath): Promise<ServerResponse> {
    const boundary = formBoundary(request.headers.get("content-type"));
    if (boundary === undefined) throw new Refusal(415, "a form of files is multipart/form-data");
    const folder = this.#root.findFolder(segments);
    if (!folder) throw new Refusal(404, "there is no such folder");
    const files = new Map<string, IncomingFile>();
    try {
      await this.#readForm(request, new FormReader(boundary), folder, files);
      if (files.size === 0) throw new Refusal(400, "the form has no file");
      const saved: string[] = [];
      for (const [name, file] of files) {
        this.#remember(await file.commit(name, this.#options.overwrite));
        saved.push(name);
      }
      const browser = /\btext\/html\b/.test(request.headers.get("accept") ?? "");
      if (!browser) return json({ saved }, 201);
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
    const piece = new Uint8Array(PIECE);
    let file: IncomingFile | undefined;
    let size = 0;
    for (let count = await body.read(piece); count !== null; count = await body.read(piece)) {
      for (const event of reader.feed(piece.subarray(0, count))) {
        if (event.kind === "data") {
          this.#checkSize(size += event.bytes.length);
          await file?.write(event.bytes);
        } else if (event.kind === "end") {
          await file?.end();
          file = undefined;
        } else {
          size = 0;
          // A field without a file, or one in which none was chosen.
          const { fileName: name = "" } = event;
          if (name === "") continue;
          checkNames([name]);
          if (files.has(name)) throw new Refusal(400, "the form has two files of one name");
          this.#checkFree(`${folder.path}/${name}`);
          files.set(name, file = await IncomingFile.create(folder));
        }
      }
    }
    if (!reader.done) throw new Refusal(400, "incomplete form: the closing boundary is missing");
  }

  /** The folder of these names; those that are missing are made. */
  async #makeFolder(segments: readonly string[]): Promise<FoundFolder> {
    let folder = this.#root.findFolder([]);
    for (let depth = 1; depth <= segments.length && folder; depth++) {
      const names = segments.slice(0, depth);
      const next = this.#root.findFolder(names);
      if (!next) {
        const { path } = folder;
        const fresh = `${path}/${names.at(-1)}`;
        if (absent(() => Deno.lstatSync(fresh))) {
          throw new Refusal(409, "something that is no folder stands in the way");
        }
        await Deno.mkdir(fresh).catch((error) => {
          // Somebody else was quicker.
          if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
        });
        await syncFolder(path);
      }
      folder = next ?? this.#root.findFolder(names);
    }
    if (!folder) throw new Refusal(409, "the folder has gone");
    return folder;
  }

  #checkSize(size: number): void {
    if (size > this.#options.maxSize) throw new Refusal(413, `files have at most ${this.#options.maxSize} bytes here`);
  }

  #checkFree(path: string): void {
    if (!this.#options.overwrite && absent(() => Deno.lstatSync(path))) {
      throw new Refusal(409, "there is a file of that name");
    }
  }

  #checkConditions(path: string, headers: Fields): void {
    if (evaluateConditions("PUT", headers, this.#validators(path)) === "proceed") return;
    const fresh = headers.get("if-none-match")?.trim() === "*";
    throw new Refusal(412, fresh ? "there is a file of that name" : "it is another version by now");
  }

  #validators(path: string): Validators {
    const there = absent(() => Deno.lstatSync(path));
    if (!there) return { missing: true };
    if (!there.isSymlink) return { etag: tagOf(there), lastModified: there.mtime?.getTime() };
    const behind = absent(() => this.#root.holds(Deno.realPathSync(path)) ? Deno.statSync(path) : undefined);
    return behind ? { etag: tagOf(behind), lastModified: behind.mtime?.getTime() } : {};
  }

  #remember({ stat, digest }: StoredFile): void {
    this.#digests.remember(versionOf(stat), digest.toHex());
  }
}

function checkNames(segments: readonly string[]): void {
  for (const name of segments) {
    if (!isFreeName(name, WINDOWS)) throw new Refusal(400, "this name is not taken");
    if (isDotFile(name)) throw new Refusal(403, "names that begin with a dot are not taken");
  }
}

/** What the client says the content's SHA-256 is (RFC 9530), where it says so. */
function checkDigest(headers: Fields, digest: Uint8Array): void {
  const said = `${headers.get("repr-digest") ?? ""},${headers.get("content-digest") ?? ""}`;
  for (const [, base64] of said.matchAll(/(?:^|[\t ,])sha-256=:([A-Za-z0-9+/=]+):/g)) {
    if (base64 !== digest.toBase64()) throw new Refusal(400, "the content has another SHA-256 than its head says");
  }
}

/** What goes wrong on the way, as something that the client is told. */
async function refusing(work: () => Promise<ServerResponse>): Promise<ServerResponse> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FormError) throw new Refusal(400, error.message);
    throw fileRefusal(error, WRITE_STATUS);
  }
}
