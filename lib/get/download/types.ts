import type { GroupCommit, OutputTarget, ToucanError } from "../../core/mod.ts";
import type { FollowOptions, Redirect } from "../../http/client/follow.ts";
import type { Fields } from "../../http/codec/fields/fields.ts";
import type { HttpVersion } from "../../http/codec/head.ts";
import type { Checksum } from "./checksum.ts";

/** Where a download goes. */
export type DownloadTarget =
  /** To a file. It is written beside it, as `NAME.part`, and gets its name when it is whole. */
  | { readonly file: string }
  /**
   * Into a folder, under the name that the server proposes (Content-Disposition) or the last part of the URL, made safe.
   * A folder that is missing is made. Downloads that share the set of paths that they have `taken` get different ones:
   * a name that is among them gets a number before its ending, in the order in which the downloads were started.
   */
  | { readonly folder: string; readonly taken?: Set<string> }
  /** To a stream or sink that takes the bytes as they come. A sink is not ended; a stream is closed when all was written. */
  | { readonly sink: OutputTarget };

/**
 * How {@link download} loads. `timeout` is in milliseconds and for the whole of it: every try, the waits between them,
 * the body. `stall` bounds each try: how long a connection may stand still, and how long the head of an answer may take.
 */
export interface DownloadOptions extends FollowOptions {
  /**
   * Whether a `NAME.part` that an earlier run has left is continued, and a file that an earlier run has finished is
   * left as it is. Without it a `.part` of an earlier run is begun anew.
   * @default false
   */
  readonly resume?: boolean;
  /** Whether a file that is there is replaced, once the new one is whole. @default false */
  readonly force?: boolean;
  /** How many times it is tried again after a failure that may pass. @default 3 */
  readonly retries?: number;
  /** Whether a refused connection is one of these failures. @default false */
  readonly retryRefused?: boolean;
  /** Milliseconds before the second try; before each further one twice as many, 30 s at most. Retry-After goes first, up to `timeout`. @default 1000 */
  readonly retryWait?: number;
  /** Bytes that the body may have at most. @default no limit */
  readonly maxSize?: number;
  /** What the digest of the body has to be. */
  readonly checksum?: Checksum;
  /** Whether the report gets the body's SHA-256. */
  readonly digest?: boolean;
  /** Whether a content coding is asked for and taken off again. Such a download cannot be resumed. @default false */
  readonly compressed?: boolean;
  /** Whether the body of an answer of 400 and above goes to the sink too. To a file it never goes. @default false */
  readonly errorBody?: boolean;
  /**
   * Shares the cost of putting small files in a folder on the disk among the downloads that run at once. Without it each
   * file is flushed by itself.
   */
  readonly commits?: GroupCommit;
  /** Called when all of the body is here, before a file is put on the disk and gets its name. */
  readonly onReceived?: () => void;
  /** Called as bytes come. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Called for what happens on the way. */
  readonly onEvent?: (event: DownloadEvent) => void;
  /** Called with each answer's head, before its body is read; what it throws ends the download. */
  readonly onHead?: (head: DownloadHead) => void;
}

/** How far a download is. */
export interface DownloadProgress {
  /** Bytes that are there, those of an earlier run included. */
  readonly bytes: number;
  /** Bytes that there will be, where the server has said so. */
  readonly total?: number;
}

/** What happens to a download on its way. */
export type DownloadEvent =
  /** The file was named by the server, or by the URL. */
  | { readonly kind: "named"; readonly file: string }
  /** A server sends us elsewhere. */
  | { readonly kind: "redirect"; readonly redirect: Redirect }
  /** What is there already is continued from this byte on. */
  | { readonly kind: "resume"; readonly from: number }
  /** The file is there already, as the server has it. */
  | { readonly kind: "complete"; readonly file: string }
  /** What was there is of no use any more; it begins anew. */
  | { readonly kind: "restart"; readonly reason: string }
  /** A try has failed, and another follows after so many milliseconds. */
  | { readonly kind: "retry"; readonly error: ToucanError; readonly wait: number };

/** The head of an answer. */
export interface DownloadHead {
  /** Who answered. */
  readonly url: URL;
  /** The version of HTTP. */
  readonly version: HttpVersion | "2";
  /** The status. */
  readonly status: number;
  /** The reason phrase; untrusted text. */
  readonly reason: string;
  /** The fields; untrusted text. */
  readonly headers: Fields;
}

/** What a page refers to something as. */
export type ReferenceKind =
  | "page"
  | "image"
  | "style"
  | "font"
  | "script"
  | "frame"
  | "object"
  | "media"
  | "sprite"
  | "manifest"
  | "preload"
  | "refresh";

/** How a download went. Times are in milliseconds. */
export interface DownloadReport {
  /** The URL that was asked for, as it was given, without its password. */
  readonly url: string;
  /** What the page refers to it as, for what belongs to a page and is not in the saved page. */
  readonly kind?: ReferenceKind;
  /** The URL that has answered in the end, redirects followed. */
  readonly finalUrl?: string;
  /** The version of HTTP that it was answered in. */
  readonly httpVersion?: HttpVersion | "2";
  /** The status of the last answer. */
  readonly status?: number;
  /** Where a redirect leads that was not followed, user and password masked; untrusted text. */
  readonly location?: string;
  /** The file that it has become, once it is whole. */
  readonly file?: string;
  /** Bytes of the body that are there: in the file, its `.part`, or given to the sink. */
  readonly bytes: number;
  /** The body's SHA-256 in hex, when it was asked for and the body is whole. */
  readonly sha256?: string;
  /** Content-Type, as it came; untrusted text. */
  readonly contentType?: string;
  /** The entity tag, as it came; untrusted text. */
  readonly etag?: string;
  /** Bytes that an earlier run had loaded and that were kept; 0 when there were none. */
  readonly resumedFrom: number;
  /** How many tries it took. */
  readonly tries: number;
  /** How long it took. */
  readonly ms: number;
  /** The head of the last answer. */
  readonly head?: DownloadHead;
  /** Why it is not whole: `aborted` with the reason of the signal as `cause`, or what {@link download} throws. */
  readonly error?: ToucanError;
}
