#include "services/coding/plan.h"

/* FNV-1a over the pairs of the list. */
static uint64_t
key_of(const struct coding_basis *basis)
{
    uint64_t key = UINT64_C(0xcbf29ce484222325);
    for (uint32_t i = 0; i < basis->lacks_count; i++) {
        uint64_t word = basis->lacks[i].rule << 8 | basis->lacks[i].lack;
        for (; word != 0; word >>= 8)
            key = (key ^ (word & 0xff)) * UINT64_C(0x100000001b3);
    }
    for (size_t i = 0; i < basis->own_rules.length; i++)
        key = (key ^ (unsigned char)basis->own_rules.data[i]) * UINT64_C(0x100000001b3);
    return key == 0 ? 1 : key;
}

static bool
is_empty(const struct coding_run *run)
{
    uint64_t any = run->not_assessed | (run->c->own != NULL); /* which own rules judged is told in any case */
    for (unsigned i = 0; i < CODING_RULE_WORDS; i++)
        any |= run->off[i];
    return any == 0;
}

struct coding_basis
basis_of(const struct coding_run *run, struct arena *arena)
{
    struct coding_basis basis = {0};
    struct rule_lack *lacks = arena_take_raw(arena, (CODING_RULE_COUNT + CODING_OWN_RULES + CODING_STEPS) * sizeof *lacks);
    for (unsigned word = 0; word < CODING_RULE_WORDS; word++) {
        for (uint64_t rest = run->off[word] | run->lacking[word]; rest != 0; rest &= rest - 1) {
            unsigned row = 64 * word + (unsigned)__builtin_ctzll(rest);
            unsigned lack = coding_has(run->off, row) ? (unsigned)CODING_LACK_OFF : run->lacks[row];
            lacks[basis.lacks_count++] = (struct rule_lack){.rule = coding_rules[row].number, .lack = lack};
        }
    }
    for (unsigned i = 0; run->c->own != NULL && i < CODING_OWN_RULES; i++) {
        bool off = run->c->switches != NULL && run->c->switches->own_off[i / 64] >> i % 64 & 1;
        unsigned lack = off ? CODING_LACK_OFF : run->own_lacks[i];
        if (lack != CODING_LACK_NONE)
            lacks[basis.lacks_count++] = (struct rule_lack){.rule = OWN_FIRST + i, .lack = lack};
    }
    if (run->c->own != NULL)
        basis.own_rules = text_from(run->c->own->name);
    for (unsigned step = 1; step <= CODING_STEPS; step++)
        if (run->skipped[step] != CODING_LACK_NONE)
            lacks[basis.lacks_count++] = (struct rule_lack){.rule = step, .lack = run->skipped[step]};
    basis.lacks = lacks;
    return basis;
}

uint64_t
basis_keep(struct step *step, const struct coding_run *run)
{
    struct coding *state = step_state(step);
    if (is_empty(run))
        return 0;
    struct coding_basis basis = basis_of(run, step_arena(step));
    uint64_t key = key_of(&basis), *seen = &state->bases[key % BASIS_CACHE];
    if (*seen == key)
        return key;
    struct store_key at = store_key_u64(store_key(), key);
    struct text row;
    if (step_get(step, CODING_BASES, store_key_text(&at), &row) != STATUS_OK)
        step_put_record(step, CODING_BASES, store_key_text(&at), &record_coding_basis, &basis);
    *seen = key;
    return key;
}

bool
basis_find(struct service *service, uint64_t key, struct arena *arena, struct coding_basis *basis)
{
    struct store_key at = store_key_u64(store_key(), key);
    return key != 0 &&
           service_get_record(service, CODING_BASES, store_key_text(&at), arena, &record_coding_basis, basis) == STATUS_OK;
}
