// Written by scripts/embed: the files that the binary carries. Each array ends with a nought.
#include "embedded.h"

static const unsigned char file_0[] = {
#embed "../../../nginx/assets/entrepot.css" suffix(,)
0};
static const unsigned char file_1[] = {
#embed "../../../sql/0001_house_create_idempotency_keys.sql" suffix(,)
0};
static const unsigned char file_2[] = {
#embed "../../../sql/0002_mail_create_mails.sql" suffix(,)
0};
static const unsigned char file_3[] = {
#embed "../../../templates/docs.html" suffix(,)
0};
static const unsigned char file_4[] = {
#embed "../../../templates/docs/required.html" suffix(,)
0};
static const unsigned char file_5[] = {
#embed "../../../templates/mail/button.html" suffix(,)
0};
static const unsigned char file_6[] = {
#embed "../../../templates/mail/circumstances.html" suffix(,)
0};
static const unsigned char file_7[] = {
#embed "../../../templates/mail/circumstances.txt" suffix(,)
0};
static const unsigned char file_8[] = {
#embed "../../../templates/mail/foot.txt" suffix(,)
0};
static const unsigned char file_9[] = {
#embed "../../../templates/mail/frame.html" suffix(,)
0};
static const unsigned char file_10[] = {
#embed "../../../templates/mail/greeting.txt" suffix(,)
0};
static const unsigned char file_11[] = {
#embed "../../../templates/mail/locked.html" suffix(,)
0};
static const unsigned char file_12[] = {
#embed "../../../templates/mail/locked.txt" suffix(,)
0};
static const unsigned char file_13[] = {
#embed "../../../templates/mail/new-sign-in.html" suffix(,)
0};
static const unsigned char file_14[] = {
#embed "../../../templates/mail/new-sign-in.txt" suffix(,)
0};
static const unsigned char file_15[] = {
#embed "../../../templates/mail/password-changed.html" suffix(,)
0};
static const unsigned char file_16[] = {
#embed "../../../templates/mail/password-changed.txt" suffix(,)
0};
static const unsigned char file_17[] = {
#embed "../../../templates/mail/reset.html" suffix(,)
0};
static const unsigned char file_18[] = {
#embed "../../../templates/mail/reset.txt" suffix(,)
0};
static const unsigned char file_19[] = {
#embed "../../../templates/mail/verify.html" suffix(,)
0};
static const unsigned char file_20[] = {
#embed "../../../templates/mail/verify.txt" suffix(,)
0};
static const unsigned char file_21[] = {
#embed "../../../templates/mail/welcome.html" suffix(,)
0};
static const unsigned char file_22[] = {
#embed "../../../templates/mail/welcome.txt" suffix(,)
0};

const struct embedded_file embedded_files[] = {
    {"nginx/assets/entrepot.css", file_0, sizeof file_0 - 1},
    {"sql/0001_house_create_idempotency_keys.sql", file_1, sizeof file_1 - 1},
    {"sql/0002_mail_create_mails.sql", file_2, sizeof file_2 - 1},
    {"templates/docs.html", file_3, sizeof file_3 - 1},
    {"templates/docs/required.html", file_4, sizeof file_4 - 1},
    {"templates/mail/button.html", file_5, sizeof file_5 - 1},
    {"templates/mail/circumstances.html", file_6, sizeof file_6 - 1},
    {"templates/mail/circumstances.txt", file_7, sizeof file_7 - 1},
    {"templates/mail/foot.txt", file_8, sizeof file_8 - 1},
    {"templates/mail/frame.html", file_9, sizeof file_9 - 1},
    {"templates/mail/greeting.txt", file_10, sizeof file_10 - 1},
    {"templates/mail/locked.html", file_11, sizeof file_11 - 1},
    {"templates/mail/locked.txt", file_12, sizeof file_12 - 1},
    {"templates/mail/new-sign-in.html", file_13, sizeof file_13 - 1},
    {"templates/mail/new-sign-in.txt", file_14, sizeof file_14 - 1},
    {"templates/mail/password-changed.html", file_15, sizeof file_15 - 1},
    {"templates/mail/password-changed.txt", file_16, sizeof file_16 - 1},
    {"templates/mail/reset.html", file_17, sizeof file_17 - 1},
    {"templates/mail/reset.txt", file_18, sizeof file_18 - 1},
    {"templates/mail/verify.html", file_19, sizeof file_19 - 1},
    {"templates/mail/verify.txt", file_20, sizeof file_20 - 1},
    {"templates/mail/welcome.html", file_21, sizeof file_21 - 1},
    {"templates/mail/welcome.txt", file_22, sizeof file_22 - 1},
    {0, 0, 0},
};
const int embedded_files_count = 23;
