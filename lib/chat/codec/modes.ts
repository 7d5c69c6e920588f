/** One change of a mode: `+k word`. */
export interface ModeChange {
  /** Whether it is set. */
  readonly set: boolean;
  /** Its letter. */
  readonly mode: string;
  /** What goes with it. */
  readonly param?: string;
}

/** Which modes take a parameter (ISUPPORT CHANMODES and PREFIX). */
export interface ModeKinds {
  /** Lists: a parameter both ways, none to ask what is in it. */
  readonly list: string;
  /** A parameter both ways. */
  readonly always: string;
  /** A parameter when set. */
  readonly whenSet: string;
  /** The letters of those that members have, with a nick as parameter. */
  readonly member: string;
}

/** The modes of channels at our server. */
export const MODE_KINDS: ModeKinds = { list: "beI", always: "k", whenSet: "l", member: "ov" };
/** Its modes without a parameter. */
export const MODE_FLAGS = "imnst";

/** The modes of users. */
export const USER_MODES = "Biow";

/** Reads the parameters of MODE behind its target. A mode whose parameter is missing comes without. */
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

/** Writes changes as the parameters of MODE: `+ov-l ann ben`. */
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
