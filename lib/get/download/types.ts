import type { GroupCommit, OutputTarget, ToucanError } from "../../core/mod.ts";
import type { FollowOptions, Redirect } from "../../http/client/follow.ts";
import type { Fields } from "../../http/codec/fields/fields.ts";
import type { HttpVersion } from "../../http/codec/head.ts";
import type { FtpEntry } from "../../ftp/mod.ts";
import type { Checksum } from "./checksum.ts";
import type { FtpPool } from "./ftp/pool.ts";

/** Where a download goes. */
export type DownloadTarget =
  /** A file. It is written as `NAME.part` beside it, and renamed when it is complete. */
  | { readonly file: string }
  /**
   * A folder, in which the file gets the name from Content-Disposition or the last segment of the URL, made safe.
   * A missing folder is created. Downloads that share a set of `taken` paths get different names:
   * a name in the set gets a number before its extension, in the order in which the downloads were started.
   */
  | { readonly folder: string; readonly taken?: Set<string> }
  /** A stream or sink that receives the bytes as they arrive. A stream is closed at the end, a sink is not ended. */
  | { readonly sink: OutputTarget };

/**
 * Options of {@link download}. `timeout` is in milliseconds and total: all attempts, the waits between them, the body.
 * `stall` is per attempt: the maximum time without data, and the maximum time until the head of a response.
 */
export interface DownloadOptions extends FollowOptions {
  /**
   * Whether to resume the `NAME.part` of an earlier run, and to keep a file that is complete. Without it a `.part` is
   * overwritten.
   * @default {false}
   */
  readonly resume?: boolean;
  /**
   * Whether to replace an existing file, once the new one is complete.
   * @default {false}
   */
  readonly force?: boolean;
  /**
   * Number of retries after a transient failure.
   * @default {3}
   */
  readonly retries?: number;
  /**
   * Whether a refused connection is a transient failure.
   * @default {false}
   */
  readonly retryRefused?: boolean;
  /**
   * Milliseconds before the first retry; doubled for each further one, up to 30 s. Retry-After takes precedence.
   * @default {1000}
   */
  readonly retryWait?: number;
  /**
   * Maximum size of the body in bytes.
   * @default {Infinity}
   */
  readonly maxSize?: number;
  /**
   * Expected digest of the body.
   * @default {undefined}
   */
  readonly checksum?: Checksum;
  /**
   * Whether to compute the SHA-256 of the body for the report.
   * @default {false}
   */
  readonly digest?: boolean;
  /**
   * Whether to request a content coding and decode it. Such a download cannot be resumed.
   * @default {false}
   */
  readonly compressed?: boolean;
  /**
   * Whether to write the body of a response of 400 and above to a sink. It is never written to a file.
   * @default {false}
   */
  readonly errorBody?: boolean;
  /**
   * User name for FTP, in place of that of the URL; anonymous without both.
   * @default {undefined}
   */
  readonly ftpUser?: string;
  /**
   * Password of `ftpUser`.
   * @default {undefined}
   */
  readonly ftpPassword?: string;
  /**
   * Whether TLS is required for an ftp: URL (`AUTH TLS`, RFC 4217). An ftps: URL uses TLS in any case.
   * @default {false}
   */
  readonly ftpTls?: boolean;
  /**
   * Keeps FTP sessions for further downloads. Without it each download has its own.
   * @default {undefined}
   */
  readonly ftpPool?: FtpPool;
  /**
   * Flushes the small files of simultaneous downloads to the disk together. Without it each file is flushed by itself.
   * @default {undefined}
   */
  readonly commits?: GroupCommit;
  /**
   * Called when the body is complete, before a file is flushed and renamed.
   * @default {undefined}
   */
  readonly onReceived?: () => void;
  /**
   * Called as bytes arrive.
   * @default {undefined}
   */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /**
   * Called for redirects, retries and the like.
   * @default {undefined}
   */
  readonly onEvent?: (event: DownloadEvent) => void;
  /**
   * Called with the head of each response, before its body is read; an exception aborts the download.
   * @default {undefined}
   */
  readonly onHead?: (head: DownloadHead) => void;
}

/** Progress of a download. */
export interface DownloadProgress {
  /** Bytes received, including those of an earlier run. */
  readonly bytes: number;
  /** Size of the body, if the server sent it. */
  readonly total?: number;
}

/** An event of a download. */
export type DownloadEvent =
  /** The file has got its name from the response or the URL. */
  | { readonly kind: "named"; readonly file: string }
  /** A redirect is followed. */
  | { readonly kind: "redirect"; readonly redirect: Redirect }
  /** The part of an earlier attempt or run is resumed at this byte. */
  | { readonly kind: "resume"; readonly from: number }
  /** The existing file is complete. */
  | { readonly kind: "complete"; readonly file: string }
  /** The part is discarded, and the download restarts. */
  | { readonly kind: "restart"; readonly reason: string }
  /** An attempt failed; another one follows after `wait` milliseconds. */
  | { readonly kind: "retry"; readonly error: ToucanError; readonly wait: number };

/** The head of a response. */
export interface DownloadHead {
  /** The URL that was requested, after redirects. */
  readonly url: URL;
  /** The HTTP version. */
  readonly version: HttpVersion | "2";
  /** The status code. */
  readonly status: number;
  /** The reason phrase; untrusted text. */
  readonly reason: string;
  /** The header fields; untrusted text. */
  readonly headers: Fields;
}

/** Uses of a URL in a page. */
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

/** The result of a download. Times are in milliseconds. */
export interface DownloadReport {
  /** The URL as given, without its password. */
  readonly url: string;
  /** Use of the URL in the page; only for a reference that is not in the saved page. */
  readonly kind?: ReferenceKind;
  /** The URL of the response, after redirects. */
  readonly finalUrl?: string;
  /** The HTTP version of the response. */
  readonly httpVersion?: HttpVersion | "2";
  /** The status code of the last response. */
  readonly status?: number;
  /** The target of a redirect that was not followed, with user and password masked; untrusted text. */
  readonly location?: string;
  /** The path of the complete file. */
  readonly file?: string;
  /** Bytes of the body in the file or its `.part`, or written to the sink. */
  readonly bytes: number;
  /** The SHA-256 of the complete body in hex, if requested. */
  readonly sha256?: string;
  /** Content-Type as received; untrusted text. */
  readonly contentType?: string;
  /** The entity tag as received; untrusted text. */
  readonly etag?: string;
  /** Bytes kept from an earlier run. */
  readonly resumedFrom: number;
  /** Number of attempts. */
  readonly tries: number;
  /** Duration. */
  readonly ms: number;
  /** The head of the last response. */
  readonly head?: DownloadHead;
  /** The file on an FTP server; its texts are untrusted. */
  readonly entry?: FtpEntry;
  /** The entries of a folder on an FTP server, in the order of the server; their texts are untrusted. */
  readonly entries?: readonly FtpEntry[];
  /** Number of lines of the listing that could not be read, if any. */
  readonly unreadable?: number;
  /** Why it failed: `aborted` with the signal's reason as `cause`, or an error that {@link download} throws. */
  readonly error?: ToucanError;
}
