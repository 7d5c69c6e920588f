import { kind, list, option } from "../../lib/cli/mod.ts";
import { CHAT_FILE_KINDS, type ChatFileKind, type ChatFilesSettings } from "../../lib/chat/internal.ts";

const DAY_MS = 86_400_000;

/** Options of `chat serve` for shared files. */
export const FILES_OPTIONS = {
  "files": option(kind.directory, "let clients share files by the web page; they are stored in this folder", {
    reads: true,
    writes: true,
    without: ["irc-only"],
    more:
      "A file can be opened by its link, without a login. Browsers display PNG, JPEG, GIF and WebP images and save all other files; the " +
      "content of a file must match the extension of its name. A client can upload 30 files at once, then one every 10s; the files of one " +
      "account, or else of one address, take at most a quarter of --files-total.",
  }),
  "files-size": option(kind.size, "maximum size of a shared file", { default: "10M", with: ["files"] }),
  "files-total": option(kind.size, "maximum size of all shared files", { default: "1G", with: ["files"] }),
  "files-days": option(kind.integer(1, 36_500, "DAYS"), "delete shared files after this many days", {
    default: "7",
    with: ["files"],
  }),
  "files-types": list(kind.choice(...CHAT_FILE_KINDS), "accept files of this type only; repeat it for several", {
    with: ["files"],
  }),
};

/** Values of these options. */
interface FilesValues {
  readonly "files"?: string;
  readonly "files-size": number;
  readonly "files-total": number;
  readonly "files-days": number;
  readonly "files-types"?: readonly ChatFileKind[];
}

/** Returns the settings of shared files; undefined without a folder. */
export function filesOf(options: FilesValues): ChatFilesSettings | undefined {
  const { files: folder, "files-types": kinds = [] } = options;
  if (folder === undefined) return undefined;
  return {
    ...{ folder, size: options["files-size"], total: options["files-total"], age: options["files-days"] * DAY_MS },
    kinds: kinds.length > 0 ? kinds : undefined,
  };
}
