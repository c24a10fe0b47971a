#pragma once
#include <stddef.h>

/// A file of sql/, templates/ or nginx/assets/ as the binary carries it.
struct embedded_file {
    const char *name;
    const unsigned char *bytes;
    size_t length;
};

extern const struct embedded_file embedded_files[];
extern const int embedded_files_count;

// Swift does not import arrays of unknown length.
static inline int embedded_count(void) { return embedded_files_count; }
static inline struct embedded_file embedded_file(int i) { return embedded_files[i]; }
