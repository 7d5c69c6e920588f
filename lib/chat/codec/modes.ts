/** Change of a mode: `+k key`. */
export interface ModeChange {
  /** Whether the mode is set or removed. */
  readonly set: boolean;
  /** Letter of the mode. */
  readonly mode: string;
  /** Parameter of the mode. */
  readonly param?: string;
}

/** Modes with parameters (ISUPPORT CHANMODES and PREFIX). */
export interface ModeKinds {
  /** List modes: a parameter to add or remove an entry, none to query the list. */
  readonly list: string;
  /** Modes with a parameter when set and removed. */
  readonly always: string;
  /** Modes with a parameter when set. */
  readonly whenSet: string;
  /** Member modes, with a nickname as parameter. */
  readonly member: string;
}

/** Channel modes with parameters of this server. */
export const MODE_KINDS: ModeKinds = { list: "beI", always: "k", whenSet: "lw", member: "qov" };
/** Channel modes without a parameter of this server. */
export const MODE_FLAGS = "imnst";

/** User modes of this server. */
export const USER_MODES = "Biow";

/** Parses the parameters of MODE after its target. A mode whose parameter is missing has none. */
export function parseModes(params: readonly string[], kinds: ModeKinds = MODE_KINDS): ModeChange[] {
  const [letters = "", ...rest] = params;
  const changes: ModeChange[] = [];
  let set = true;
  for (const mode of letters) {
    if (mode === "+" || mode === "-") {
      set = mode === "+";
      continue;
    }
    const takes = (kinds.list + kinds.always + kinds.member).includes(mode) || (set && kinds.whenSet.includes(mode));
    const param = takes ? rest.shift() : undefined;
    changes.push(param === undefined ? { set, mode } : { set, mode, param });
  }
  return changes;
}

/** Encodes changes as the parameters of MODE: `+ov-l ann ben`. */
export function writeModes(changes: readonly ModeChange[]): string[] {
  let letters = "";
  let sign = "";
  for (const { set, mode } of changes) {
    const wanted = set ? "+" : "-";
    if (wanted !== sign) letters += sign = wanted;
    letters += mode;
  }
  return [letters, ...changes.flatMap(({ param }) => param ?? [])];
}
