// The only C that we write beside the embedded files: what Swift cannot import (fork, macros,
// variadics).
#pragma once
// No _GNU_SOURCE here: it changes types that Swift imports from Glibc too, and the two must agree.
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/// fork(2), which Swift marks unavailable; only called while the process has one thread.
pid_t shim_fork(void);

/// fcntl(2) with F_SETFL, which is variadic: makes a descriptor non-blocking, or blocking again.
int shim_set_nonblocking(int descriptor, int enabled);

/// ioctl(2) with SIOCOUTQ, which is variadic: how much of what was written the other side has not
/// read; 0 when that cannot be told.
int shim_unread_bytes(int descriptor);

/// Keeps or drops a descriptor across exec.
int shim_set_close_on_exec(int descriptor, int enabled);

/// accept4(2), which the C library hides from Swift: the new descriptor blocks and does not survive
/// exec.
int shim_accept(int listening);

/// The address of a unix socket; a path that begins with '@' is an abstract name. -1 when it is too
/// long.
int shim_unix_address(const char *path, struct sockaddr_un *address, socklen_t *length);

/// What ps shows for this process. The environment moves to the heap first: its place is needed for
/// long titles.
void shim_set_title(const char *title);

/// prctl(2), which is variadic, with PR_SET_PDEATHSIG: the signal that this process gets when its
/// parent ends.
int shim_set_parent_death_signal(int number);

/// sched_setscheduler(2) with SCHED_BATCH, which the C library hides from Swift: woken, this
/// process interrupts nobody.
int shim_schedule_as_batch(void);

/// How many processors this process may run on.
int shim_processor_count(void);

/// sched_setaffinity(2), which the C library hides from Swift: from now on this process runs on one
/// of the processors that it may use, counted from 0.
int shim_stay_on_processor(int index);

/// prctl(2), which is variadic, with PR_SET_TIMERSLACK: how much later than it wants the kernel may
/// wake this process.
int shim_set_timer_slack(unsigned long nanoseconds);

/// setrlimit(2) of RLIMIT_NOFILE to what the hard limit allows; the limit that holds then, or -1.
long shim_raise_open_files(void);

/// setrlimit(2) of RLIMIT_CORE.
int shim_limit_core(unsigned long bytes);
