/** Headers of C, of C++, of POSIX and of Windows: a file of that name would stand in their place. */
const HEADERS = new Set(
  `aio alloca assert byteswap complex conio cpio cpu crypt ctype direct dirent dlfcn dos elf endian err errno error
  fcntl features fenv float fmtmsg fnmatch ftw getopt glob grp iconv inttypes intrin io iso646 langinfo libgen limits
  locale malloc math memory monetary mqueue ndbm netdb nl_types paths poll process pthread pwd regex sched search
  semaphore setjmp signal spawn stdalign stdarg stdatomic stdbit stdbool stdckdint stddef stdint stdio stdlib
  stdnoreturn string strings stropts syslog tar tchar termios tgmath threads time trace uchar ulimit unistd utime utmpx
  values wchar wctype windows winsock winsock2 wordexp`.split(/\s+/),
);

/**
 * A network's name in C, where files and everything in them are called after it: with `_2` behind where a header of
 * the system has that name. Compared without case, for the file systems that ignore it.
 */
export const nameInC = (name: string): string => (HEADERS.has(name.toLowerCase()) ? `${name}_2` : name);
