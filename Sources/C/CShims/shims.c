#define _GNU_SOURCE
#include <linux/sockios.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include "shims.h"

pid_t shim_fork(void) { return fork(); }

int shim_set_nonblocking(int descriptor, int enabled) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0) return -1;
    return fcntl(descriptor, F_SETFL, enabled ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

int shim_unread_bytes(int descriptor) {
    int bytes = 0;
    return ioctl(descriptor, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

int shim_set_close_on_exec(int descriptor, int enabled) {
    int flags = fcntl(descriptor, F_GETFD);
    if (flags < 0) return -1;
    return fcntl(descriptor, F_SETFD, enabled ? flags | FD_CLOEXEC : flags & ~FD_CLOEXEC);
}

int shim_accept(int listening) { return accept4(listening, NULL, NULL, SOCK_CLOEXEC); }

int shim_unix_address(const char *path, struct sockaddr_un *address, socklen_t *length) {
    size_t bytes = strlen(path);
    if (bytes >= sizeof address->sun_path) return -1;
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, bytes);
    if (path[0] == '@') address->sun_path[0] = 0;
    size_t end = path[0] == '@' ? bytes : bytes + 1;
    *length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + end);
    return 0;
}

// Where the kernel put the arguments and the environment: one run of strings that ps reads.
static char **title_arguments;

__attribute__((constructor)) static void remember_arguments(int count, char **arguments) {
    title_arguments = count > 0 ? arguments : 0;
}

static char *end_of_run(char **strings, char *end) {
    for (; *strings; strings++)
        if (*strings == end) end += strlen(end) + 1;
    return end;
}

void shim_set_title(const char *title) {
    static char *area, *area_end;
    if (!area) {
        if (!title_arguments || !title_arguments[0]) return;
        char *start = title_arguments[0];
        char *end = end_of_run(environ, end_of_run(title_arguments, start));
        size_t count = 0;
        while (environ[count]) count++;
        char **moved = calloc(count + 1, sizeof *moved);
        if (!moved) return;
        for (size_t i = 0; i < count; i++)
            if (!(moved[i] = strdup(environ[i]))) return;
        environ = moved;
        area = start;
        area_end = end;
    }
    size_t room = (size_t)(area_end - area), bytes = strlen(title);
    if (bytes >= room) bytes = room - 1;
    memcpy(area, title, bytes);
    memset(area + bytes, 0, room - bytes);
}

int shim_set_parent_death_signal(int number) { return prctl(PR_SET_PDEATHSIG, number); }

int shim_schedule_as_batch(void) {
    struct sched_param parameters = {0};
    return sched_setscheduler(0, SCHED_BATCH, &parameters);
}

int shim_processor_count(void) {
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 0;
}

int shim_stay_on_processor(int index) {
    cpu_set_t allowed, one;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return -1;
    for (int processor = 0; processor < CPU_SETSIZE; processor++) {
        if (!CPU_ISSET(processor, &allowed) || index-- > 0) continue;
        CPU_ZERO(&one);
        CPU_SET(processor, &one);
        return sched_setaffinity(0, sizeof one, &one);
    }
    return -1;
}

int shim_set_timer_slack(unsigned long nanoseconds) {
    return prctl(PR_SET_TIMERSLACK, nanoseconds);
}

long shim_raise_open_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    return (long)limit.rlim_cur;
}

int shim_limit_core(unsigned long bytes) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) != 0) return -1;
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    return setrlimit(RLIMIT_CORE, &limit);
}
