#include "shims.h"

pid_t shim_fork(void) { return fork(); }

int shim_set_nonblocking(int descriptor, int enabled) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0) return -1;
    return fcntl(descriptor, F_SETFL, enabled ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

int shim_set_close_on_exec(int descriptor, int enabled) {
    int flags = fcntl(descriptor, F_GETFD);
    if (flags < 0) return -1;
    return fcntl(descriptor, F_SETFD, enabled ? flags | FD_CLOEXEC : flags & ~FD_CLOEXEC);
}

int shim_accept(int listening) { return accept4(listening, NULL, NULL, SOCK_CLOEXEC); }
