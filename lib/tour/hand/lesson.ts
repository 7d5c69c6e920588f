/** Timeout of the servers of lessons in milliseconds: a learner may think. */
export const LEARNER_TIMEOUT_MS = 3_600_000;

/** Line of a lesson that the learner types. */
export interface Step {
  /** The line, without its line end. */
  readonly line: string;
  /** Lines that do the same. @default the line itself, in any case */
  readonly accepts?: RegExp;
  /** Begin of the reply, if the line does what it should. The server does not reply to a step without it. */
  readonly expects?: RegExp;
  /** Purpose of the line. */
  readonly task: string;
  /** Explanation of the line and its reply, where to read on. */
  readonly explains: string;
  /** Section of the RFC. */
  readonly rfc: string;
  /** Name of the action of this step, for a claim: `login`. */
  readonly does?: string;
  /** Whether the line stays secret where it is not the one of the lesson. */
  readonly secret?: boolean;
}

/** Dialogue with a server, line by line. */
export interface Lesson {
  /** Protocol: `POP3`. */
  readonly protocol: string;
  /** Command that starts such a server. */
  readonly server: string;
  /** Address of that server. */
  readonly address: string;
  /** Explanation of what the server sends when a client connects; undefined where it sends nothing. */
  readonly greeting?: string;
  /** The lines. */
  readonly steps: readonly Step[];
  /** Returns whether a reply is complete. Pure. */
  readonly isComplete: (reply: string, line: string) => boolean;
  /** Starts the server. */
  readonly serve: (signal: AbortSignal) => Promise<LessonServer>;
}

/** Server of a lesson. */
export interface LessonServer extends AsyncDisposable {
  /** Where it listens. */
  readonly address: string;
  /** Returns a claim about the effect of the lesson, and whether it holds. */
  readonly effect?: () => readonly [holds: boolean, claim: string];
}

/**
 * Returns the position after the step that a typed line and its reply have done; undefined if none. Steps but the
 * last may be reached early, if the reply is what they expect. Pure.
 */
export function stepAfter(steps: readonly Step[], at: number, line: string, reply: string): number | undefined {
  const step = steps[at];
  if (step && accepts(step, line)) {
    const expected = step.expects ? step.expects.test(reply) : reply === "";
    return expected ? at + 1 : undefined;
  }
  const later = steps.findIndex((step, i) =>
    i > at && i < steps.length - 1 && accepts(step, line) && step.expects?.test(reply)
  );
  return later < 0 ? undefined : later + 1;
}

/** Returns whether a line is that of a step. Pure. */
export function accepts({ line, accepts }: Step, typed: string): boolean {
  return accepts ? accepts.test(typed) : typed.trim().toLowerCase() === line.toLowerCase();
}
