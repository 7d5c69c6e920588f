/** A forbidden pattern in a file, and the reason. */
export interface PatternBreach {
  /** Relative to the top. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** The reason. */
  readonly message: string;
}

interface Rule {
  /** Files to which the rule applies. */
  readonly where: RegExp;
  /** Exempt files, which implement the pattern for all others. */
  readonly except: RegExp;
  readonly what: RegExp;
  readonly because: string;
}

const RULES: readonly Rule[] = [
  {
    where: /^tests\//,
    except: /^tests\/kit\/(?:wait|fake_time)\.ts$/,
    what: /\bset(?:Timeout|Interval)\(|\bwaitForTimeout\(/,
    because: "a test does not sleep: wait for an event, or use tests/kit/wait.ts or fake_time.ts",
  },
  {
    where: /^tests\//,
    except: /^tests\/kit\/(?:wait|fake_time)\.ts$/,
    what: /\b(?:performance|Date)\.now\(\) [-<>]/,
    because: "a test asserts no time: move a clock of its own (tests/kit/fake_time.ts)",
  },
  {
    where: /^(?:lib|cmd)\//,
    except: /\/stdin(?:_worker)?\.ts$/,
    what: /\bDeno\.stdin\.read/,
    because: "stdin is read through readStdin or stdinChunks, which a signal ends",
  },
  {
    where: /^(?:lib|cmd)\//,
    except: /\/(?:environment|terminal)\.ts$/,
    what: /\bDeno\.env\.(?:get|toObject)\b/,
    because: "variables are read through readVariable, which names one that is not UTF-8",
  },
  {
    where: /^(?:lib|cmd)\//,
    except: /^lib\/core\/(?:system\/|files\/read_folder)/,
    what: /\bDeno\.build\.os (?:===|!==)|\bDeno\.(?:rename|addSignalListener)/,
    because: "what differs between systems is in lib/core/system, behind a function that a test can call for each",
  },
  {
    where: /^(?:lib|cmd)\//,
    except: /^$/,
    what: /\bconstructor\.name\b|\bnew\.target\b/,
    because: "the bundler may rename a class: give it a name of its own (override readonly name)",
  },
];

/** Returns the forbidden patterns in a file. A line after a comment that begins with `// timer:` is exempt. */
export function patternBreaches(path: string, text: string): PatternBreach[] {
  const rules = RULES.filter(({ where, except }) => where.test(path) && !except.test(path));
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    if (/^\s*(?:\*|\/\/|\/\*)/.test(line) || /^\s*\/\/ timer: /.test(lines[index - 1] ?? "")) return [];
    return rules.filter(({ what }) => what.test(line)).map(({ because }) => ({
      path,
      line: index + 1,
      message: because,
    }));
  });
}
