/** A program whose run is timed from start to end. */
export interface ProgramContender {
  /** Who it is, as the table shows it. */
  readonly name: string;
  /** Program and arguments. */
  readonly command: readonly string[];
  /** The file that is its stdin. @default nothing */
  readonly stdin?: string;
  /** Why it cannot be run here, when it cannot. */
  readonly missing?: string;
}

/** Work of more than one process, which times itself. */
export interface TimedContender {
  /** Who it is, as the table shows it. */
  readonly name: string;
  /** Does the work once, and says how many milliseconds the part that counts took. */
  run(): Promise<number>;
  /** Why it cannot be run here, when it cannot. */
  readonly missing?: string;
}

/** Somebody who does a piece of work. */
export type Contender = ProgramContender | TimedContender;

/** One piece of work, and who does it. */
export interface Row {
  /** What is done. */
  readonly work: string;
  /** What is asked of us, in words: `<= 1.3x`. */
  readonly asked: string;
  /** What a run returns in place of milliseconds, where more is better: `datagrams`. */
  readonly counts?: string;
  /** Who does it, ours first. */
  readonly commands: readonly Contender[];
  /** Runs of each that count; at least five. @default 5 */
  readonly rounds?: number;
}

/** What `deno task bench NAME` measures. */
export interface Subject extends Partial<AsyncDisposable> {
  /** Its name: that of its file. */
  readonly name: string;
  /** Makes ready, and says what is to be measured. */
  rows(): Promise<readonly Row[]>;
  /** Called before its processes are stopped: the last look at them. */
  stopping?(): Promise<void>;
}
