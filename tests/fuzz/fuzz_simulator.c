/* The payer simulator's splitter and reader, and the answers that are made from what they found. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "tests/pipeline/answer.h"
#include "tests/pipeline/answer_inquiry.h"
#include "tests/pipeline/json_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
answer_all(const struct claim_file *file)
{
    const struct stamp stamp = {.number = 1, .date = 20260701, .time = 1200, .serial = 1};
    struct pen pen = {0};
    struct judgement *judgements = calloc(file->claim_count + 1, sizeof *judgements);
    uint32_t *claims = calloc(file->claim_count + 1, sizeof *claims);
    for (uint32_t i = 0; i < file->claim_count; i++) {
        const struct filed_claim *claim = &file->claims[i];
        assert(claim->first_line + claim->line_count <= file->line_count);
        assert(claim->provider == UINT32_MAX || claim->provider < file->provider_count);
        judgements[i].verdict = claim->fault == NULL ? VERDICT_ACCEPTED : VERDICT_FAULTY;
        judgements[i].status = claim->fault == NULL ? "A2:20" : claim->fault;
        claims[i] = i;
    }
    answer_ta1(&pen, file, &stamp);
    answer_999(&pen, file, &stamp);
    answer_277ca(&pen, file, judgements, &stamp);
    if (file->claim_count > 0) {
        struct remittance remittance = {.file = file, .claims = claims, .claim_count = file->claim_count, .set = 1};
        answer_835_open(&pen, file, &stamp);
        answer_835_set(&pen, 1, &shares_default, &stamp, &remittance);
        answer_835_close(&pen, 1, &stamp);
    }
    pen_free(&pen);
    free(claims);
    free(judgements);
}

static void
answer_questions(const struct claim_file *envelope, const char *bytes, size_t size)
{
    const struct stamp stamp = {.number = 1, .date = 20260701, .time = 1200, .serial = 1};
    struct inquiry_file file = {0};
    struct pen pen = {0};
    inquiry_file_read(&file, bytes, size);
    answer_inquiry_999(&pen, envelope, &file, &stamp);
    uint32_t answered = file.eligibility ? answer_271(&pen, envelope, &file, 1, &shares_default, &stamp)
                                         : answer_277(&pen, envelope, &file, 1, &shares_default, &stamp);
    assert(answered <= file.count);
    pen_free(&pen);
    inquiry_file_free(&file);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct claim_file file = {0};
    struct json_line line = {(const char *)data, (const char *)data + size};
    struct json_pair pair;
    while (json_line_next(&line, &pair))
        assert(pair.value.at + pair.value.length <= line.end);
    if (claim_file_read(&file, (const char *)data, size))
        answer_all(&file);
    if (inquiry_file_is((const char *)data, size) && claim_file_read(&file, (const char *)data, size))
        answer_questions(&file, (const char *)data, size);
    claim_file_free(&file);
    return 0;
}
