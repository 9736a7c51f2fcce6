/* A file answered with a TA1 an interchange and a 999 a group, as intake and `claimline check` do, for the tests of acknowledgements. */
#ifndef CLAIMLINE_TESTS_X12_ANSWER_H
#define CLAIMLINE_TESTS_X12_ANSWER_H

#include "common/x12/acknowledgement/x12_acknowledgement.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const struct x12_envelope us = {.sender = {"CLAIMLINE", 9},
                                       .receiver = {"CLINICSYSTEM", 12},
                                       .date = 20261123,
                                       .time = {"1300", 4},
                                       .control = 7,
                                       .group_control = 8};

static inline bool
holds(struct text bytes, const char *piece)
{
    return memmem(bytes.data, bytes.length, piece, strlen(piece)) != NULL;
}

/* `situations`: what claims lack in their situation is listed too, as `claimline check` does. */
static inline void
answer(struct text bytes, bool situations, struct x12_writer *ta1, struct x12_writer *out)
{
    struct x12_check check;
    struct x12_999 group = {0};
    enum x12_event event;
    unsigned sets = 0;
    char control[12];
    x12_writer_open(ta1, x12_delimiters_usual);
    x12_writer_open(out, x12_delimiters_usual);
    x12_writer_begin_interchange(ta1, &us);
    x12_writer_begin_interchange(out, &us);
    x12_writer_begin_group(out, &us, TEXT("FA"), x12_999_version());
    x12_check_open_memory(&check, &(struct x12_check_options){0}, bytes);
    do {
        event = x12_check_next(&check);
        snprintf(control, sizeof control, "%04u", sets + 1);
        if (event == X12_EVENT_GROUP)
            cr_assert_eq(x12_999_begin(&group, out, &check.group, text_from(control)), STATUS_OK);
        else if (event == X12_EVENT_CLAIM_END && situations)
            x12_999_claim(&group, &check);
        else if (event == X12_EVENT_SET_END)
            cr_assert_eq(x12_999_set(&group, &check.set), STATUS_OK);
        else if (event == X12_EVENT_GROUP_END)
            cr_assert_eq(x12_999_end(&group, &check.group), STATUS_OK);
        else if (event == X12_EVENT_INTERCHANGE_END)
            cr_assert_eq(x12_ta1_write(ta1, &check.interchange), STATUS_OK);
        sets += event == X12_EVENT_GROUP;
    } while (event != X12_EVENT_END && event != X12_EVENT_FAILED);
    x12_check_close(&check);
    x12_writer_end_group(out);
    x12_writer_end_interchange(out);
    x12_writer_end_interchange(ta1);
}

#endif
