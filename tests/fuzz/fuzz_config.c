/* Any bytes as a configuration file: it is read or refused with one line of reason. */
#include "common/config/config.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct config_key keys[] = {
        {"a", "path", CONFIG_PATH, "/x", 0, 40, NULL, ""},
        {"a", "text", CONFIG_TEXT, "", 0, 20, NULL, ""},
        {"a", "number", CONFIG_NUMBER, "5", -10, 100, NULL, ""},
        {"a", "bytes", CONFIG_BYTES, "64M", 0, INT64_C(1) << 50, NULL, ""},
        {"a", "duration", CONFIG_DURATION, "1s", 0, 0, NULL, ""},
        {"b", "money", CONFIG_MONEY, "0", 0, 0, NULL, ""},
        {"b", "date", CONFIG_DATE, "", 0, 0, NULL, ""},
        {"b", "instant", CONFIG_INSTANT, "", 0, 0, NULL, ""},
        {"b", "bool", CONFIG_BOOL, "no", 0, 0, NULL, ""},
        {"b", "choice", CONFIG_CHOICE, "x", 0, 0, "x|y", ""},
        {"e", "*", CONFIG_TEXT, "", 0, 0, NULL, ""},
    };
    struct config *config = NULL;
    char reason[512];
    memset(reason, 'x', sizeof reason);
    enum status status =
        config_parse("f", text_of(data, size), keys, sizeof keys / sizeof *keys, "c|d", &config, reason);
    if (status == STATUS_OK) {
        int64_t number = config_number(config, "a", "number");
        assert(number >= -10 && number <= 100);
        assert(strlen(config_text(config, "a", "path")) <= 40);
        for (const struct config_row *row = config_rows(config); row != NULL; row = row->next) {
            assert(strcmp(row->section, "e") == 0 && row->line > 0);
            config_blame_row(config, row, "is wrong", reason);
            assert(strncmp(reason, "f:", 2) == 0);
        }
        config_free(config);
    } else {
        assert(status == STATUS_CONFIG && config == NULL);
        assert(memchr(reason, '\0', sizeof reason) != NULL && strncmp(reason, "f:", 2) == 0);
    }
    return 0;
}
