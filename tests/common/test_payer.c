#include "common/payer/payer.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ACME "[payer]\ntitle = ACME Health\nid = 12345\nreceiver = ACME\nsender = CLINIC\nsubmitter_name = Clinic\n" \
             "submitter_phone = 5555550100\nfolder = /srv/acme\n"
#define CLINIC "[provider]\nnpi = 1234567893\nname = Clinic\ntax_id = 123456789\naddress_1 = 1 Main St\ncity = Salem\n" \
               "state = OR\npostal_code = 973010001\n"

static char folder[64];

static void
make_folder(void)
{
    strcpy(folder, "/tmp/claimline-payer-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

static void
put(const char *name, const char *content)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(content, file);
    fclose(file);
}

static void
remove_folder(void)
{
    static const char *const names[] = {"acme.conf", "beta.conf", "notes.txt", "clinic.conf", "other.conf"};
    char path[256];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    cr_expect_eq(rmdir(folder), 0);
}

TestSuite(payer, .init = make_folder, .fini = remove_folder);

Test(payer, all_files_of_the_folder_are_read_and_found_by_name_and_id)
{
    put("acme.conf", ACME "matching_ids = 77777 88888\nusage = P\nbatch_wait = 30s\ncapitated = yes\n");
    put("beta.conf", "[payer]\nname = second\ntitle = Beta\nid = 54321\nmatching_ids = *\nreceiver = BETA\n"
                     "group_receiver = BETAGRP\nsender = CLINIC\nsubmitter_name = Clinic\nsubmitter_phone = 5555550100\n"
                     "folder = /srv/beta\n");
    put("notes.txt", "not a profile");
    struct payers *payers;
    char reason[512] = "";
    cr_assert_eq(payers_load(folder, &payers, reason), STATUS_OK, "%s", reason);
    cr_assert_eq(payers->count, 2);
    const struct payer *acme = payer_by_name(payers, TEXT("acme"));
    cr_assert_not_null(acme);
    cr_assert(acme->capitated && !acme->test && acme->requires_ta1);
    cr_assert_eq(acme->batch_wait, 30000000);
    cr_assert_eq(acme->batch_claims, 5000);
    cr_assert(text_is(acme->group_receiver, "ACME"));
    cr_assert(text_is(acme->version, "005010X222A1"));
    cr_assert_eq(payer_by_id(payers, TEXT("12345")), acme);
    cr_assert_eq(payer_by_id(payers, TEXT("88888")), acme);
    const struct payer *second = payer_by_name(payers, TEXT("second"));
    cr_assert_not_null(second);
    cr_assert(text_is(second->group_receiver, "BETAGRP"));
    cr_assert_eq(payer_by_id(payers, TEXT("unheard of")), second);
    cr_assert_null(payer_by_name(payers, TEXT("beta")));
    payers_free(payers);
}

Test(payer, two_profiles_with_one_id_are_refused_with_the_file_named)
{
    put("acme.conf", ACME);
    put("beta.conf", ACME);
    struct payers *payers;
    char reason[512] = "";
    cr_assert_eq(payers_load(folder, &payers, reason), STATUS_CONFIG);
    cr_assert_not_null(strstr(reason, "beta.conf"), "%s", reason);
    cr_assert_not_null(strstr(reason, "id"), "%s", reason);
}

Test(payer, a_value_out_of_its_bound_is_refused_with_its_key)
{
    put("acme.conf", ACME "batch_claims = 5001\n");
    struct payers *payers;
    char reason[512] = "";
    cr_assert_eq(payers_load(folder, &payers, reason), STATUS_CONFIG);
    cr_assert_not_null(strstr(reason, "batch_claims"), "%s", reason);
}

Test(payer, a_folder_that_is_not_there_is_said_so)
{
    struct payers *payers;
    char reason[512] = "";
    cr_assert_eq(payers_load("/nonexistent/payers", &payers, reason), STATUS_NOT_FOUND);
    cr_assert_eq(payers_load_beside("/nonexistent", &payers, reason), STATUS_CONFIG);
    cr_assert_str_eq(reason, "/nonexistent/payers: there is no such folder; it holds a profile for each payer, a file NAME.conf");
    cr_assert_not_null(strstr(reason, "/nonexistent/payers"));
}

Test(payer, an_empty_folder_gives_no_payers)
{
    struct payers *payers;
    char reason[512] = "";
    cr_assert_eq(payers_load(folder, &payers, reason), STATUS_OK);
    cr_assert_eq(payers->count, 0);
    cr_assert_null(payer_by_id(payers, TEXT("1")));
    payers_free(payers);
}

Test(payer, a_provider_is_found_by_npi_and_name)
{
    put("clinic.conf", CLINIC "zone_offset_minutes = -480\n");
    struct providers *providers;
    char reason[512] = "";
    cr_assert_eq(providers_load(folder, &providers, reason), STATUS_OK, "%s", reason);
    const struct provider *clinic = provider_by_npi(providers, TEXT("1234567893"));
    cr_assert_not_null(clinic);
    cr_assert_eq(provider_by_name(providers, TEXT("Clinic")), clinic);
    cr_assert_eq(clinic->zone_offset_minutes, -480);
    cr_assert_null(provider_by_npi(providers, TEXT("1245319599")));
    providers_free(providers);
}

Test(payer, a_provider_with_a_wrong_npi_or_one_given_twice_is_refused)
{
    put("clinic.conf", CLINIC);
    put("other.conf", CLINIC);
    struct providers *providers;
    char reason[512] = "";
    cr_assert_eq(providers_load(folder, &providers, reason), STATUS_CONFIG);
    cr_assert_not_null(strstr(reason, "other.conf"), "%s", reason);
    put("other.conf", "[provider]\nnpi = 1234567890\nname = Clinic\ntax_id = 123456789\naddress_1 = 1 Main St\n"
                      "city = Salem\nstate = OR\npostal_code = 973010001\n");
    cr_assert_eq(providers_load(folder, &providers, reason), STATUS_CONFIG);
    cr_assert_not_null(strstr(reason, "check digit"), "%s", reason);
}

Test(payer, payer_edits_are_lists_and_a_pair_without_modifier_is_refused)
{
    struct payers *payers;
    char reason[512] = "";
    put("acme.conf", ACME "not_principal = R07.9 R05.9\nneeds_modifier = 87804:QW 81002:QW\nneeds_referring = yes\n");
    cr_assert_eq(payers_load(folder, &payers, reason), STATUS_OK, "%s", reason);
    const struct payer *acme = payer_by_name(payers, TEXT("acme"));
    cr_assert(text_is(acme->not_principal, "R07.9 R05.9"));
    cr_assert(text_is(acme->needs_modifier, "87804:QW 81002:QW"));
    cr_assert_eq(acme->needs_authorization.length, 0);
    cr_assert(acme->needs_referring);
    payers_free(payers);
    put("acme.conf", ACME "needs_modifier = 87804:QW 81002\n");
    cr_assert_eq(payers_load(folder, &payers, reason), STATUS_CONFIG);
    cr_assert_not_null(strstr(reason, "acme.conf"), "%s", reason);
    cr_assert_not_null(strstr(reason, "needs_modifier"), "%s", reason);
}

Test(payer, a_list_that_would_name_nothing_is_refused_with_its_key)
{
    static const struct {
        const char *line;
        bool good;
    } cases[] = {
        {"needs_authorization = 97110  97112..97799 J0120..J9999", true},
        {"needs_authorization = 97110, 97112", false},
        {"needs_authorization = 97110..977", false},
        {"needs_referral = 97799..97110", false},
        {"needs_referral = 97110..97110", true},
        {"needs_ndc = J0120-J9999", false},
        {"needs_ndc = ..", false},
        {"not_principal = R07.9 R059", true},
        {"not_principal = R07.9,R05.9", false},
        {"telehealth_modifiers = 93 95", true},
        {"telehealth_modifiers = 93/95", false},
        {"group_receiver = PLAN WEST 2", true},
        {"group_receiver = A*B", false},
        {"submitter_contact = BILLING: ANNA", false},
        {"group_sender = A~", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct payers *payers;
        char profile[600], reason[512] = "", key[40];
        snprintf(profile, sizeof profile, ACME "%s\n", cases[i].line);
        put("acme.conf", profile);
        enum status status = payers_load(folder, &payers, reason);
        cr_expect_eq(status, cases[i].good ? STATUS_OK : STATUS_CONFIG, "%s: %s", cases[i].line, reason);
        if (status == STATUS_OK) {
            payers_free(payers);
            continue;
        }
        snprintf(key, sizeof key, "] %.*s: ", (int)strcspn(cases[i].line, " "), cases[i].line);
        cr_expect_not_null(strstr(reason, key), "%s", reason);
    }
}

Test(payer, a_telephone_number_is_ten_digits)
{
    struct payers *payers;
    char reason[512] = "";
    put("acme.conf", "[payer]\ntitle = ACME\nid = 12345\nreceiver = ACME\nsender = CLINIC\nsubmitter_name = Clinic\n"
                     "submitter_phone = 555-555-01\nfolder = /srv/acme\n");
    cr_assert_eq(payers_load(folder, &payers, reason), STATUS_CONFIG);
    cr_assert_not_null(strstr(reason, "submitter_phone: allowed: ten digits"), "%s", reason);
}

Test(payer, two_payers_in_one_folder_are_told)
{
    static const char beta[] = "[payer]\ntitle = Beta\nid = 54321\nreceiver = BETA\nsender = CLINIC\nsubmitter_name = Clinic\n"
                               "submitter_phone = 5555550100\nfolder = %s\n";
    struct payers *payers;
    char reason[512] = "", profile[600];
    put("acme.conf", ACME);
    snprintf(profile, sizeof profile, beta, "/srv/beta");
    put("beta.conf", profile);
    cr_assert_eq(payers_load(folder, &payers, reason), STATUS_OK, "%s", reason);
    cr_assert(payers_are_apart(payers, reason));
    payers_free(payers);
    snprintf(profile, sizeof profile, beta, "/srv/acme/");
    put("beta.conf", profile);
    cr_assert_eq(payers_load(folder, &payers, reason), STATUS_OK, "%s", reason);
    cr_assert_not(payers_are_apart(payers, reason));
    cr_assert_str_eq(reason, "[payer] folder: acme and beta have the same, /srv/acme/; allowed: a folder of its own for each payer");
    payers_free(payers);
}

Test(payer, a_code_is_listed_by_itself_or_within_a_span_of_its_length)
{
    static const struct text words = TEXT("97110  97150..97155 J0120..J9999 93");
    static const char *const listed[] = {"97110", "97150", "97152", "97155", "J1885", "93"};
    static const char *const others[] = {"", "97111", "97149", "97156", "9715", "971521", "K0001", "9"};
    for (size_t i = 0; i < sizeof listed / sizeof *listed; i++)
        cr_expect(payer_lists_code(words, text_from(listed[i])), "%s", listed[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        cr_expect_not(payer_lists_code(words, text_from(others[i])), "%s", others[i]);
    cr_expect_not(payer_lists_code((struct text){0}, TEXT("97110")));
}

Test(payer, the_edits_of_a_profile_are_compiled)
{
    put("acme.conf", ACME "[edits]\nauthorisation = need 2300/REF*G1 when 2300/CLM-05-1 = 22\n# a comment\nmember = length 2010BA/NM1*IL-09 <= 12\n");
    put("beta.conf", "[payer]\nname = second\ntitle = Beta\nid = 54321\nreceiver = BETA\nsender = CLINIC\n"
                     "submitter_name = Clinic\nsubmitter_phone = 5555550100\nfolder = /srv/beta\n");
    struct payers *payers;
    char reason[512] = "", path[256];
    cr_assert_eq(payers_load(folder, &payers, reason), STATUS_OK, "%s", reason);
    cr_expect_not_null(payer_by_name(payers, TEXT("acme"))->edits);
    cr_expect_null(payer_by_name(payers, TEXT("second"))->edits);
    payers_free(payers);
    snprintf(path, sizeof path, "%s/acme.conf", folder);
    cr_assert_eq(payers_load_file(path, &payers, reason), STATUS_OK, "%s", reason);
    cr_expect_eq(payers->count, 1u);
    cr_expect(text_is(payers->items[0].name, "acme"));
    payers_free(payers);
}

Test(payer, a_wrong_edit_is_refused_with_file_line_and_row)
{
    static const struct {
        const char *edits, *reason;
    } cases[] = {
        {"paper = forbids 2300/PWK*03\n", "acme.conf:10: [edits] paper: \"forbids\": no edit; allowed: need, forbid, allow, length, each with \"warn\" before it or without"},
        {"a = need 2300/REF*G1\na = need 2300/REF*9F\n", "acme.conf:11: [edits] a: stands there twice; allowed: a name of its own for each row"},
        {"a = need 2300/REF*G1 \x01\n", "acme.conf:10: [edits] a: holds a character that no edit has; allowed: printable ASCII"},
        {"a-name-of-more-than-thirty-characters = need 2300/REF*G1\n",
         "acme.conf:10: [edits] a-name-of-more-than-thirty-characters: the name of a row has more than 30 characters"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char content[1024], reason[512] = "";
        struct payers *payers;
        snprintf(content, sizeof content, "%s[edits]\n%s", ACME, cases[i].edits);
        put("acme.conf", content);
        cr_expect_eq(payers_load(folder, &payers, reason), STATUS_CONFIG);
        const char *file = strstr(reason, "acme.conf");
        cr_assert_not_null(file, "%s", reason);
        cr_expect_str_eq(file, cases[i].reason);
    }
}
