import type { ListedEntry, Listing } from "../../server/listing.ts";

/** Entry of a listing as a client gets it. */
export interface RemoteEntry extends Omit<ListedEntry, "type" | "size" | "modified"> {
  /** Its type; `other` is neither a file nor a folder. */
  readonly type: "file" | "folder" | "link" | "other";
  /** Size of a file in bytes, if the server tells it. */
  readonly size?: number;
  /** Modification time in milliseconds since 1970, if the server tells it. */
  readonly modified?: number;
  /** Accuracy of `modified`, if that is from a listing of FTP without exact times: in the unknown time zone of the server. */
  readonly precision?: "minute" | "day";
  /** Identity of a folder, whatever path leads to it, if the server tells it. */
  readonly id?: string;
}

/** Listing as a client gets it. */
export interface RemoteListing extends Omit<Listing, "entries"> {
  /** The entries, in the server's order. */
  readonly entries: readonly RemoteEntry[];
  /** Whether `unreadable` counts lines of a listing that are not understood. */
  readonly lines?: boolean;
}

/** Options for a listing. */
export interface ListOptions {
  /** Whether digests are wanted that come with the listing. */
  readonly digest?: boolean;
  /** Whether digests are wanted that have to be requested file by file. */
  readonly each?: boolean;
}

/** The folder of a server that exists, and the names below it that are still to be made. */
export interface RemoteAnchor {
  /** Its listing. */
  readonly listing: RemoteListing;
  /** The names. */
  readonly rest: readonly string[];
}
