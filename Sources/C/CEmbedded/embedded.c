// Written by scripts/embed: the files that the binary carries. Each array ends with a nought.
#include "embedded.h"

static const unsigned char file_0[] = {
#embed "../../../nginx/assets/entrepot.css" suffix(,)
0};
static const unsigned char file_1[] = {
#embed "../../../sql/0001_house_create_idempotency_keys.sql" suffix(,)
0};
static const unsigned char file_2[] = {
#embed "../../../templates/docs.html" suffix(,)
0};
static const unsigned char file_3[] = {
#embed "../../../templates/docs/required.html" suffix(,)
0};

const struct embedded_file embedded_files[] = {
    {"nginx/assets/entrepot.css", file_0, sizeof file_0 - 1},
    {"sql/0001_house_create_idempotency_keys.sql", file_1, sizeof file_1 - 1},
    {"templates/docs.html", file_2, sizeof file_2 - 1},
    {"templates/docs/required.html", file_3, sizeof file_3 - 1},
    {0, 0, 0},
};
const int embedded_files_count = 4;
