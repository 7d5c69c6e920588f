import { type ByteSource, fromSystem, SystemError, writeAll } from "../../core/mod.ts";
import { dispositionFileName, type ServerRequest } from "../../http/internal.ts";
import type { FileStore, Reservation } from "./file_store.ts";
import {
  extensionFor,
  extensionOf,
  type FileFormat,
  type FileKind,
  formatOf,
  isTextByte,
  SNIFFED_BYTES,
} from "./kinds.ts";
import { FileRefusal } from "./refusal.ts";
import type { FileOwner } from "./tickets.ts";

/** Bytes that are read at once. */
const CHUNK_BYTES = 64 * 1024;
/** Milliseconds that an upload may take in all: one that is as slow as the server permits would keep its place for days. */
const MAX_UPLOAD_MS = 600_000;
/** Maximum length of the name in a link, which has to fit in one message. */
const MAX_NAME_LENGTH = 150;

/** Limits of an upload. */
export interface UploadLimits {
  /** Maximum size in bytes. */
  readonly size: number;
  /** Accepted kinds. */
  readonly kinds: ReadonlySet<FileKind>;
  /** Milliseconds that one may take. @default 10 minutes */
  readonly time?: number;
}

/** A file that was uploaded. */
export interface Uploaded {
  /** Its id. */
  readonly id: string;
  /** Its name, which a link may have: it ends with the extension of the format. */
  readonly name: string;
  /** Its size in bytes. */
  readonly size: number;
}

/**
 * Stores the body of a request as a file, whole or not at all.
 *
 * @throws {FileRefusal} 400, 401, 408, 411, 413, 415, 507.
 * @throws {NetworkError} `body-cut` and the like.
 * @throws {TimeoutError} `body-timeout`.
 */
export async function receiveFile(
  request: Pick<ServerRequest, "headers" | "body">,
  store: FileStore,
  { key: owner, session }: Pick<FileOwner, "key"> & { readonly session: Pick<FileOwner["session"], "gone"> },
  limits: UploadLimits,
): Promise<Uploaded> {
  const { length: size } = request.body;
  if (size === undefined) throw new FileRefusal(411, "Content-Length is required");
  if (size === 0) throw new FileRefusal(400, "the file is empty");
  if (size > limits.size) throw new FileRefusal(413, `the file is larger than ${limits.size} bytes`);
  const name = nameOf(request);
  const extension = extensionOf(name);
  const format = formatOf(extension);
  if (!format || !limits.kinds.has(format.kind)) {
    throw new FileRefusal(415, extension === "" ? "the name has no extension" : `.${extension} files are not accepted`);
  }
  const reservation = { size, owner };
  store.reserve(reservation);
  const end = performance.now() + (limits.time ?? MAX_UPLOAD_MS);
  const mayContinue = () => {
    if (session.gone) throw new FileRefusal(401, "the client has left the chat");
    if (performance.now() > end) throw new FileRefusal(408, "the upload takes too long");
  };
  try {
    const body = {
      read(into: Uint8Array) {
        mayContinue();
        return request.body.read(into);
      },
    };
    return { name, size, id: await storeBody({ body }, store, { extension, format }, reservation) };
  } catch (error) {
    store.release(reservation);
    throw refusalOf(error);
  }
}

async function storeBody(
  { body }: { readonly body: ByteSource },
  store: FileStore,
  { extension, format }: { readonly extension: string; readonly format: FileFormat },
  reservation: Reservation,
): Promise<string> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  // The first bytes tell the format: nothing of another one reaches the disk.
  let held = 0;
  while (held < SNIFFED_BYTES) {
    const count = await body.read(buffer.subarray(held));
    if (count === null) break;
    held += count;
  }
  const check = checkerOf(format, extension);
  check(buffer.subarray(0, held), true);
  const incoming = store.create();
  try {
    let received = 0;
    for (let count: number | null = held; count !== null && count > 0; count = await body.read(buffer)) {
      if (received > 0) check(buffer.subarray(0, count), false);
      received += count;
      await writeAll(incoming.file, buffer.subarray(0, count));
    }
    if (received !== reservation.size) {
      throw new FileRefusal(400, "the body does not have the length that was announced");
    }
    check(new Uint8Array(0), false);
    return await store.keep(incoming, extension, reservation);
  } catch (error) {
    await store.discard(incoming);
    throw error;
  }
}

/** Returns a function that checks the pieces of a file, of which an empty one is the last. */
function checkerOf(format: FileFormat, extension: string): (bytes: Uint8Array, first: boolean) => void {
  const mismatch = (cause?: unknown) => {
    const error = new FileRefusal(415, `the file does not have the format of .${extension}`);
    return Object.assign(error, { cause });
  };
  const decoder = format.kind === "text" ? new TextDecoder("utf-8", { fatal: true }) : undefined;
  return (bytes, first) => {
    if (first && !format.begins(bytes)) throw mismatch();
    if (!decoder) return;
    try {
      if (!bytes.every(isTextByte)) throw mismatch();
      decoder.decode(bytes, { stream: bytes.length > 0 });
    } catch (error) {
      throw error instanceof FileRefusal ? error : mismatch(error);
    }
  };
}

/** Returns the name of a file from Content-Disposition, without that by its Content-Type; it is only shown, and never a path. */
function nameOf({ headers }: Pick<ServerRequest, "headers">): string {
  const disposition = headers.get("content-disposition");
  if (disposition === undefined) return `file.${extensionFor(headers.get("content-type") ?? "")}`;
  const name = dispositionFileName(disposition) ?? "";
  const ending = `.${extensionOf(name)}`;
  const stem = [...name.slice(0, -ending.length)];
  while (stem.length > 1 && encodeURIComponent(stem.join("") + ending).length > MAX_NAME_LENGTH) stem.pop();
  return stem.join("") + ending;
}

/** Returns an error of the file system as a refusal; any other error unchanged. */
function refusalOf(error: unknown): unknown {
  const known = fromSystem(error, { doing: "store", what: "a file" });
  if (!(known instanceof SystemError)) return error;
  const full = known.code === "disk-full" || known.code === "file-too-large";
  return Object.assign(new FileRefusal(full ? 507 : 503, full ? "the disk is full" : "the file cannot be stored"), {
    cause: error,
  });
}
