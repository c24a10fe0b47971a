// Written by scripts/embed: the files that the binary carries. Each array ends with a nought.
#include "embedded.h"

static const unsigned char file_0[] = {
#embed "../../../nginx/assets/entrepot.css" suffix(,)
0};
static const unsigned char file_1[] = {
#embed "../../../nginx/assets/entrepot.js" suffix(,)
0};
static const unsigned char file_2[] = {
#embed "../../../nginx/assets/entrepot.svg" suffix(,)
0};
static const unsigned char file_3[] = {
#embed "../../../nginx/assets/live.js" suffix(,)
0};
static const unsigned char file_4[] = {
#embed "../../../sql/0001_house_create_idempotency_keys.sql" suffix(,)
0};
static const unsigned char file_5[] = {
#embed "../../../sql/0002_mail_create_mails.sql" suffix(,)
0};
static const unsigned char file_6[] = {
#embed "../../../sql/0003_identity_create_people.sql" suffix(,)
0};
static const unsigned char file_7[] = {
#embed "../../../sql/0004_ledger_create_accounts.sql" suffix(,)
0};
static const unsigned char file_8[] = {
#embed "../../../sql/0005_outbox_create_events.sql" suffix(,)
0};
static const unsigned char file_9[] = {
#embed "../../../sql/0006_contracts_create_contracts.sql" suffix(,)
0};
static const unsigned char file_10[] = {
#embed "../../../sql/0007_lease_create_leases.sql" suffix(,)
0};
static const unsigned char file_11[] = {
#embed "../../../sql/0008_jobs_create_jobs.sql" suffix(,)
0};
static const unsigned char file_12[] = {
#embed "../../../sql/0009_contracts_add_moments.sql" suffix(,)
0};
static const unsigned char file_13[] = {
#embed "../../../sql/0010_ledger_index_account_kinds.sql" suffix(,)
0};
static const unsigned char file_14[] = {
#embed "../../../sql/0011_house_part_idempotency_answers.sql" suffix(,)
0};
static const unsigned char file_15[] = {
#embed "../../../sql/0012_contracts_add_version_reasons.sql" suffix(,)
0};
static const unsigned char file_16[] = {
#embed "../../../sql/0013_contracts_index_shipment_references.sql" suffix(,)
0};
static const unsigned char file_17[] = {
#embed "../../../sql/0014_identity_create_stream_tickets.sql" suffix(,)
0};
static const unsigned char file_18[] = {
#embed "../../../sql/0015_outbox_write_events_as_lines.sql" suffix(,)
0};
static const unsigned char file_19[] = {
#embed "../../../sql/0016_outbox_drop_single_events.sql" suffix(,)
0};
static const unsigned char file_20[] = {
#embed "../../../sql/0017_house_keep_answers_together.sql" suffix(,)
0};
static const unsigned char file_21[] = {
#embed "../../../sql/0018_house_drop_single_answers.sql" suffix(,)
0};
static const unsigned char file_22[] = {
#embed "../../../sql/0019_devices_create_fleet.sql" suffix(,)
0};
static const unsigned char file_23[] = {
#embed "../../../sql/0020_devices_create_commands.sql" suffix(,)
0};
static const unsigned char file_24[] = {
#embed "../../../sql/0021_readings_create_readings.sql" suffix(,)
0};
static const unsigned char file_25[] = {
#embed "../../../sql/0022_readings_create_rollups.sql" suffix(,)
0};
static const unsigned char file_26[] = {
#embed "../../../sql/0023_readings_keep_partitions.sql" suffix(,)
0};
static const unsigned char file_27[] = {
#embed "../../../sql/0024_alerts_create_alerts.sql" suffix(,)
0};
static const unsigned char file_28[] = {
#embed "../../../sql/0025_broker_create_wishes.sql" suffix(,)
0};
static const unsigned char file_29[] = {
#embed "../../../sql/0026_devices_add_training.sql" suffix(,)
0};
static const unsigned char file_30[] = {
#embed "../../../sql/0027_readings_create_models.sql" suffix(,)
0};
static const unsigned char file_31[] = {
#embed "../../../sql/0028_readings_create_reports.sql" suffix(,)
0};
static const unsigned char file_32[] = {
#embed "../../../sql/0029_devices_add_farewells.sql" suffix(,)
0};
static const unsigned char file_33[] = {
#embed "../../../templates/admin/account.html" suffix(,)
0};
static const unsigned char file_34[] = {
#embed "../../../templates/admin/confirm.html" suffix(,)
0};
static const unsigned char file_35[] = {
#embed "../../../templates/admin/fields/around.html" suffix(,)
0};
static const unsigned char file_36[] = {
#embed "../../../templates/admin/fields/choice.html" suffix(,)
0};
static const unsigned char file_37[] = {
#embed "../../../templates/admin/fields/choices.html" suffix(,)
0};
static const unsigned char file_38[] = {
#embed "../../../templates/admin/fields/flag.html" suffix(,)
0};
static const unsigned char file_39[] = {
#embed "../../../templates/admin/fields/input.html" suffix(,)
0};
static const unsigned char file_40[] = {
#embed "../../../templates/admin/fields/long-text.html" suffix(,)
0};
static const unsigned char file_41[] = {
#embed "../../../templates/admin/fields/words.html" suffix(,)
0};
static const unsigned char file_42[] = {
#embed "../../../templates/admin/form.html" suffix(,)
0};
static const unsigned char file_43[] = {
#embed "../../../templates/admin/frame.html" suffix(,)
0};
static const unsigned char file_44[] = {
#embed "../../../templates/admin/matrix.html" suffix(,)
0};
static const unsigned char file_45[] = {
#embed "../../../templates/admin/new-key.html" suffix(,)
0};
static const unsigned char file_46[] = {
#embed "../../../templates/admin/parts.html" suffix(,)
0};
static const unsigned char file_47[] = {
#embed "../../../templates/admin/parts/act.html" suffix(,)
0};
static const unsigned char file_48[] = {
#embed "../../../templates/admin/parts/acts.html" suffix(,)
0};
static const unsigned char file_49[] = {
#embed "../../../templates/admin/parts/chart.html" suffix(,)
0};
static const unsigned char file_50[] = {
#embed "../../../templates/admin/parts/content.html" suffix(,)
0};
static const unsigned char file_51[] = {
#embed "../../../templates/admin/parts/detail.html" suffix(,)
0};
static const unsigned char file_52[] = {
#embed "../../../templates/admin/parts/form.html" suffix(,)
0};
static const unsigned char file_53[] = {
#embed "../../../templates/admin/parts/heading.html" suffix(,)
0};
static const unsigned char file_54[] = {
#embed "../../../templates/admin/parts/live.html" suffix(,)
0};
static const unsigned char file_55[] = {
#embed "../../../templates/admin/parts/navigation-entry.html" suffix(,)
0};
static const unsigned char file_56[] = {
#embed "../../../templates/admin/parts/navigation.html" suffix(,)
0};
static const unsigned char file_57[] = {
#embed "../../../templates/admin/parts/person.html" suffix(,)
0};
static const unsigned char file_58[] = {
#embed "../../../templates/admin/parts/region.html" suffix(,)
0};
static const unsigned char file_59[] = {
#embed "../../../templates/admin/parts/results.html" suffix(,)
0};
static const unsigned char file_60[] = {
#embed "../../../templates/admin/parts/section.html" suffix(,)
0};
static const unsigned char file_61[] = {
#embed "../../../templates/admin/parts/shortcuts.html" suffix(,)
0};
static const unsigned char file_62[] = {
#embed "../../../templates/admin/parts/table.html" suffix(,)
0};
static const unsigned char file_63[] = {
#embed "../../../templates/admin/parts/tabs.html" suffix(,)
0};
static const unsigned char file_64[] = {
#embed "../../../templates/admin/parts/theme.html" suffix(,)
0};
static const unsigned char file_65[] = {
#embed "../../../templates/admin/problem.html" suffix(,)
0};
static const unsigned char file_66[] = {
#embed "../../../templates/admin/recovery-codes.html" suffix(,)
0};
static const unsigned char file_67[] = {
#embed "../../../templates/admin/regions.html" suffix(,)
0};
static const unsigned char file_68[] = {
#embed "../../../templates/admin/search.html" suffix(,)
0};
static const unsigned char file_69[] = {
#embed "../../../templates/admin/signin.html" suffix(,)
0};
static const unsigned char file_70[] = {
#embed "../../../templates/admin/table.html" suffix(,)
0};
static const unsigned char file_71[] = {
#embed "../../../templates/admin/two-factor.html" suffix(,)
0};
static const unsigned char file_72[] = {
#embed "../../../templates/admin/values/bar.html" suffix(,)
0};
static const unsigned char file_73[] = {
#embed "../../../templates/admin/values/id.html" suffix(,)
0};
static const unsigned char file_74[] = {
#embed "../../../templates/admin/values/nothing.html" suffix(,)
0};
static const unsigned char file_75[] = {
#embed "../../../templates/admin/values/status.html" suffix(,)
0};
static const unsigned char file_76[] = {
#embed "../../../templates/admin/values/text.html" suffix(,)
0};
static const unsigned char file_77[] = {
#embed "../../../templates/admin/values/time.html" suffix(,)
0};
static const unsigned char file_78[] = {
#embed "../../../templates/docs.html" suffix(,)
0};
static const unsigned char file_79[] = {
#embed "../../../templates/docs/required.html" suffix(,)
0};
static const unsigned char file_80[] = {
#embed "../../../templates/mail/alert-escalated.html" suffix(,)
0};
static const unsigned char file_81[] = {
#embed "../../../templates/mail/alert-escalated.txt" suffix(,)
0};
static const unsigned char file_82[] = {
#embed "../../../templates/mail/alert-raised.html" suffix(,)
0};
static const unsigned char file_83[] = {
#embed "../../../templates/mail/alert-raised.txt" suffix(,)
0};
static const unsigned char file_84[] = {
#embed "../../../templates/mail/alert-resolved.html" suffix(,)
0};
static const unsigned char file_85[] = {
#embed "../../../templates/mail/alert-resolved.txt" suffix(,)
0};
static const unsigned char file_86[] = {
#embed "../../../templates/mail/button.html" suffix(,)
0};
static const unsigned char file_87[] = {
#embed "../../../templates/mail/circumstances.html" suffix(,)
0};
static const unsigned char file_88[] = {
#embed "../../../templates/mail/circumstances.txt" suffix(,)
0};
static const unsigned char file_89[] = {
#embed "../../../templates/mail/contract-blocked.html" suffix(,)
0};
static const unsigned char file_90[] = {
#embed "../../../templates/mail/contract-blocked.txt" suffix(,)
0};
static const unsigned char file_91[] = {
#embed "../../../templates/mail/contract-threshold.html" suffix(,)
0};
static const unsigned char file_92[] = {
#embed "../../../templates/mail/contract-threshold.txt" suffix(,)
0};
static const unsigned char file_93[] = {
#embed "../../../templates/mail/daily-report.html" suffix(,)
0};
static const unsigned char file_94[] = {
#embed "../../../templates/mail/daily-report.txt" suffix(,)
0};
static const unsigned char file_95[] = {
#embed "../../../templates/mail/foot.txt" suffix(,)
0};
static const unsigned char file_96[] = {
#embed "../../../templates/mail/frame.html" suffix(,)
0};
static const unsigned char file_97[] = {
#embed "../../../templates/mail/greeting.txt" suffix(,)
0};
static const unsigned char file_98[] = {
#embed "../../../templates/mail/locked.html" suffix(,)
0};
static const unsigned char file_99[] = {
#embed "../../../templates/mail/locked.txt" suffix(,)
0};
static const unsigned char file_100[] = {
#embed "../../../templates/mail/password-changed.html" suffix(,)
0};
static const unsigned char file_101[] = {
#embed "../../../templates/mail/password-changed.txt" suffix(,)
0};
static const unsigned char file_102[] = {
#embed "../../../templates/mail/reset.html" suffix(,)
0};
static const unsigned char file_103[] = {
#embed "../../../templates/mail/reset.txt" suffix(,)
0};
static const unsigned char file_104[] = {
#embed "../../../templates/mail/verify.html" suffix(,)
0};
static const unsigned char file_105[] = {
#embed "../../../templates/mail/verify.txt" suffix(,)
0};

const struct embedded_file embedded_files[] = {
    {"nginx/assets/entrepot.css", file_0, sizeof file_0 - 1},
    {"nginx/assets/entrepot.js", file_1, sizeof file_1 - 1},
    {"nginx/assets/entrepot.svg", file_2, sizeof file_2 - 1},
    {"nginx/assets/live.js", file_3, sizeof file_3 - 1},
    {"sql/0001_house_create_idempotency_keys.sql", file_4, sizeof file_4 - 1},
    {"sql/0002_mail_create_mails.sql", file_5, sizeof file_5 - 1},
    {"sql/0003_identity_create_people.sql", file_6, sizeof file_6 - 1},
    {"sql/0004_ledger_create_accounts.sql", file_7, sizeof file_7 - 1},
    {"sql/0005_outbox_create_events.sql", file_8, sizeof file_8 - 1},
    {"sql/0006_contracts_create_contracts.sql", file_9, sizeof file_9 - 1},
    {"sql/0007_lease_create_leases.sql", file_10, sizeof file_10 - 1},
    {"sql/0008_jobs_create_jobs.sql", file_11, sizeof file_11 - 1},
    {"sql/0009_contracts_add_moments.sql", file_12, sizeof file_12 - 1},
    {"sql/0010_ledger_index_account_kinds.sql", file_13, sizeof file_13 - 1},
    {"sql/0011_house_part_idempotency_answers.sql", file_14, sizeof file_14 - 1},
    {"sql/0012_contracts_add_version_reasons.sql", file_15, sizeof file_15 - 1},
    {"sql/0013_contracts_index_shipment_references.sql", file_16, sizeof file_16 - 1},
    {"sql/0014_identity_create_stream_tickets.sql", file_17, sizeof file_17 - 1},
    {"sql/0015_outbox_write_events_as_lines.sql", file_18, sizeof file_18 - 1},
    {"sql/0016_outbox_drop_single_events.sql", file_19, sizeof file_19 - 1},
    {"sql/0017_house_keep_answers_together.sql", file_20, sizeof file_20 - 1},
    {"sql/0018_house_drop_single_answers.sql", file_21, sizeof file_21 - 1},
    {"sql/0019_devices_create_fleet.sql", file_22, sizeof file_22 - 1},
    {"sql/0020_devices_create_commands.sql", file_23, sizeof file_23 - 1},
    {"sql/0021_readings_create_readings.sql", file_24, sizeof file_24 - 1},
    {"sql/0022_readings_create_rollups.sql", file_25, sizeof file_25 - 1},
    {"sql/0023_readings_keep_partitions.sql", file_26, sizeof file_26 - 1},
    {"sql/0024_alerts_create_alerts.sql", file_27, sizeof file_27 - 1},
    {"sql/0025_broker_create_wishes.sql", file_28, sizeof file_28 - 1},
    {"sql/0026_devices_add_training.sql", file_29, sizeof file_29 - 1},
    {"sql/0027_readings_create_models.sql", file_30, sizeof file_30 - 1},
    {"sql/0028_readings_create_reports.sql", file_31, sizeof file_31 - 1},
    {"sql/0029_devices_add_farewells.sql", file_32, sizeof file_32 - 1},
    {"templates/admin/account.html", file_33, sizeof file_33 - 1},
    {"templates/admin/confirm.html", file_34, sizeof file_34 - 1},
    {"templates/admin/fields/around.html", file_35, sizeof file_35 - 1},
    {"templates/admin/fields/choice.html", file_36, sizeof file_36 - 1},
    {"templates/admin/fields/choices.html", file_37, sizeof file_37 - 1},
    {"templates/admin/fields/flag.html", file_38, sizeof file_38 - 1},
    {"templates/admin/fields/input.html", file_39, sizeof file_39 - 1},
    {"templates/admin/fields/long-text.html", file_40, sizeof file_40 - 1},
    {"templates/admin/fields/words.html", file_41, sizeof file_41 - 1},
    {"templates/admin/form.html", file_42, sizeof file_42 - 1},
    {"templates/admin/frame.html", file_43, sizeof file_43 - 1},
    {"templates/admin/matrix.html", file_44, sizeof file_44 - 1},
    {"templates/admin/new-key.html", file_45, sizeof file_45 - 1},
    {"templates/admin/parts.html", file_46, sizeof file_46 - 1},
    {"templates/admin/parts/act.html", file_47, sizeof file_47 - 1},
    {"templates/admin/parts/acts.html", file_48, sizeof file_48 - 1},
    {"templates/admin/parts/chart.html", file_49, sizeof file_49 - 1},
    {"templates/admin/parts/content.html", file_50, sizeof file_50 - 1},
    {"templates/admin/parts/detail.html", file_51, sizeof file_51 - 1},
    {"templates/admin/parts/form.html", file_52, sizeof file_52 - 1},
    {"templates/admin/parts/heading.html", file_53, sizeof file_53 - 1},
    {"templates/admin/parts/live.html", file_54, sizeof file_54 - 1},
    {"templates/admin/parts/navigation-entry.html", file_55, sizeof file_55 - 1},
    {"templates/admin/parts/navigation.html", file_56, sizeof file_56 - 1},
    {"templates/admin/parts/person.html", file_57, sizeof file_57 - 1},
    {"templates/admin/parts/region.html", file_58, sizeof file_58 - 1},
    {"templates/admin/parts/results.html", file_59, sizeof file_59 - 1},
    {"templates/admin/parts/section.html", file_60, sizeof file_60 - 1},
    {"templates/admin/parts/shortcuts.html", file_61, sizeof file_61 - 1},
    {"templates/admin/parts/table.html", file_62, sizeof file_62 - 1},
    {"templates/admin/parts/tabs.html", file_63, sizeof file_63 - 1},
    {"templates/admin/parts/theme.html", file_64, sizeof file_64 - 1},
    {"templates/admin/problem.html", file_65, sizeof file_65 - 1},
    {"templates/admin/recovery-codes.html", file_66, sizeof file_66 - 1},
    {"templates/admin/regions.html", file_67, sizeof file_67 - 1},
    {"templates/admin/search.html", file_68, sizeof file_68 - 1},
    {"templates/admin/signin.html", file_69, sizeof file_69 - 1},
    {"templates/admin/table.html", file_70, sizeof file_70 - 1},
    {"templates/admin/two-factor.html", file_71, sizeof file_71 - 1},
    {"templates/admin/values/bar.html", file_72, sizeof file_72 - 1},
    {"templates/admin/values/id.html", file_73, sizeof file_73 - 1},
    {"templates/admin/values/nothing.html", file_74, sizeof file_74 - 1},
    {"templates/admin/values/status.html", file_75, sizeof file_75 - 1},
    {"templates/admin/values/text.html", file_76, sizeof file_76 - 1},
    {"templates/admin/values/time.html", file_77, sizeof file_77 - 1},
    {"templates/docs.html", file_78, sizeof file_78 - 1},
    {"templates/docs/required.html", file_79, sizeof file_79 - 1},
    {"templates/mail/alert-escalated.html", file_80, sizeof file_80 - 1},
    {"templates/mail/alert-escalated.txt", file_81, sizeof file_81 - 1},
    {"templates/mail/alert-raised.html", file_82, sizeof file_82 - 1},
    {"templates/mail/alert-raised.txt", file_83, sizeof file_83 - 1},
    {"templates/mail/alert-resolved.html", file_84, sizeof file_84 - 1},
    {"templates/mail/alert-resolved.txt", file_85, sizeof file_85 - 1},
    {"templates/mail/button.html", file_86, sizeof file_86 - 1},
    {"templates/mail/circumstances.html", file_87, sizeof file_87 - 1},
    {"templates/mail/circumstances.txt", file_88, sizeof file_88 - 1},
    {"templates/mail/contract-blocked.html", file_89, sizeof file_89 - 1},
    {"templates/mail/contract-blocked.txt", file_90, sizeof file_90 - 1},
    {"templates/mail/contract-threshold.html", file_91, sizeof file_91 - 1},
    {"templates/mail/contract-threshold.txt", file_92, sizeof file_92 - 1},
    {"templates/mail/daily-report.html", file_93, sizeof file_93 - 1},
    {"templates/mail/daily-report.txt", file_94, sizeof file_94 - 1},
    {"templates/mail/foot.txt", file_95, sizeof file_95 - 1},
    {"templates/mail/frame.html", file_96, sizeof file_96 - 1},
    {"templates/mail/greeting.txt", file_97, sizeof file_97 - 1},
    {"templates/mail/locked.html", file_98, sizeof file_98 - 1},
    {"templates/mail/locked.txt", file_99, sizeof file_99 - 1},
    {"templates/mail/password-changed.html", file_100, sizeof file_100 - 1},
    {"templates/mail/password-changed.txt", file_101, sizeof file_101 - 1},
    {"templates/mail/reset.html", file_102, sizeof file_102 - 1},
    {"templates/mail/reset.txt", file_103, sizeof file_103 - 1},
    {"templates/mail/verify.html", file_104, sizeof file_104 - 1},
    {"templates/mail/verify.txt", file_105, sizeof file_105 - 1},
    {0, 0, 0},
};
const int embedded_files_count = 106;
