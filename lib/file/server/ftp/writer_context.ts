import type { GroupCommit } from "../../../core/mod.ts";
import type { Root } from "../root.ts";
import type { UploadParts } from "./parts.ts";

/** Dependencies that the writers of all clients share. */
export interface WriterContext {
  /** Root of the files. */
  readonly root: Root;
  /** Puts uploads on the disk. */
  readonly commits: GroupCommit;
  /** Interrupted uploads. */
  readonly parts: UploadParts;
  /** Maximum size of a file in bytes. */
  readonly maxSize: number;
}
