/** Files that the runtime opens by itself in every process, whatever permissions it has. */
export interface RuntimeFile {
  /** Files, by their absolute paths. */
  readonly files: RegExp;
  /** The same for the page. */
  readonly shown: string;
  /** Reason. */
  readonly because: string;
  /** Whether only calls with the network do so. @default false */
  readonly net?: boolean;
}

/** Files that an executable may open for reading beside the paths of its call, each with the reason. */
export const RUNTIME_FILES: readonly RuntimeFile[] = [
  {
    files: /^(?:\/usr)?\/lib(?:64)?\/(?:[^/]+\/)*[^/]+\.so(?:\.\d+)*$|^\/etc\/ld\.so\.(?:cache|preload)$/,
    shown: "`/etc/ld.so.cache`, `libc.so.6` and other shared libraries",
    because: "the dynamic loader starts the executable; name lookups load the modules of the C library",
  },
  {
    files:
      /^\/proc\/(?:self\/(?:maps|cgroup|mountinfo|stat|status|auxv|task\/\d+\/comm)|meminfo|cpuinfo|stat|version)$/,
    shown: "`/proc/self/maps`, `/proc/self/cgroup`, `/proc/meminfo`",
    because: "V8 and the allocator look for their own addresses and the limit of memory",
  },
  {
    files: /^\/sys\/(?:fs\/cgroup|devices\/system\/(?:cpu|node)|kernel\/mm)\//,
    shown: "`/sys/fs/cgroup/…`, `/sys/devices/system/cpu/…`",
    because: "the number of threads follows the number of processors",
  },
  {
    files: /^\/proc\/sys\/(?:vm|net|kernel)\/[^/]+$/,
    shown: "`/proc/sys/…`",
    because: "the allocator and the socket library read limits of the kernel",
  },
  { files: /^\/dev\/(?:u?random|null)$/, shown: "`/dev/urandom`, `/dev/null`", because: "seeds of the random numbers" },
  {
    files: /^\/etc\/localtime$|^\/usr\/share\/zoneinfo\//,
    shown: "`/etc/localtime`",
    because: "the time zone of dates",
  },
  {
    files: /^\/etc\/(?:nsswitch\.conf|host\.conf|hosts|gai\.conf|resolv\.conf|services|protocols)$/,
    shown: "`/etc/nsswitch.conf`, `/etc/hosts`, `/etc/resolv.conf` and the like",
    because: "the C library looks names up",
    net: true,
  },
];

/** System calls that a trace has. */
export const TRACED: readonly string[] = [
  ...["execve", "execveat", "ptrace", "mount", "chroot", "setns", "unshare", "init_module", "finit_module", "bpf"],
  ...["open", "openat", "openat2", "creat", "truncate", "socket", "connect", "bind"],
  ...["unlink", "unlinkat", "rmdir", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"],
  ...["mkdir", "mkdirat", "mknod", "mknodat", "chmod", "fchmodat", "chown", "lchown", "fchownat"],
];
