/** A program whose run is timed from start to exit. */
export interface ProgramContender {
  /** Name in the table. */
  readonly name: string;
  /** Program and arguments. */
  readonly command: readonly string[];
  /** File that is its stdin. @default nothing */
  readonly stdin?: string;
  /** Reason why it cannot be run here, if any. */
  readonly missing?: string;
}

/** Work of several processes, which measures its own time. */
export interface TimedContender {
  /** Name in the table. */
  readonly name: string;
  /** Does the work once, and returns the milliseconds of the measured part. */
  run(): Promise<number>;
  /** Reason why it cannot be run here, if any. */
  readonly missing?: string;
}

/** A program that is measured. */
export type Contender = ProgramContender | TimedContender;

/** A piece of work, and the programs that do it. */
export interface Row {
  /** Description of the work. */
  readonly work: string;
  /** Target for Toucan: `<= 1.3x`. */
  readonly asked: string;
  /** Unit of the results if they are not milliseconds, and more is better: `datagrams`. */
  readonly counts?: string;
  /** The programs, Toucan first. */
  readonly commands: readonly Contender[];
  /** Number of runs of each, without the warm-up; at least five. @default 5 */
  readonly rounds?: number;
}

/** Results of the runs of one contender: milliseconds or counts. */
export interface Timing {
  /** Name of the contender. */
  readonly name: string;
  /** Results, without the warm-up run. */
  readonly times: readonly number[];
  /** Reason for missing results. */
  readonly missing?: string;
  /** Whether the contender failed, instead of not being installed. */
  readonly failed?: boolean;
}

/** Results of a row, those of Toucan first. */
export interface Result extends Pick<Row, "work" | "asked" | "counts"> {
  /** Results of each contender. */
  readonly timings: readonly Timing[];
}

/** A subject of `deno task bench NAME`. */
export interface Subject extends Partial<AsyncDisposable> {
  /** Name, which is that of its file. */
  readonly name: string;
  /** Prepares the subject and returns the rows to measure. */
  rows(): Promise<readonly Row[]>;
  /** Called with the results of its rows, after all are printed. */
  report?(results: readonly Result[]): Promise<void>;
  /** Called before its processes are stopped. */
  stopping?(): Promise<void>;
}
