// Written by scripts/embed: the files that the binary carries. Each array ends with a nought.
#include "embedded.h"


const struct embedded_file embedded_files[] = {
    {0, 0, 0},
};
const int embedded_files_count = 0;
