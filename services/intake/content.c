#include "services/intake/content.h"

enum status
content_open(struct service *service, const struct file_row *row, struct content *content)
{
    const struct intake_state *state = service_state(service);
    char name[INTAKE_CONTENT_BYTES];
    *content = (struct content){0};
    intake_content_name((const uint8_t *)row->digest.data, name);
    enum status status =
        file_open(store_seal(service_store(service)), state->folders.content, name, &content->reader);
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

enum status
content_source(void *context, char *buffer, size_t room, size_t *got)
{
    struct content *content = context;
    if (content->rest.length == 0) {
        enum status status = file_read(content->reader, &content->rest);
        if (status != STATUS_OK)
            return status;
    }
    size_t some = content->rest.length < room ? content->rest.length : room;
    if (some > 0)
        memcpy(buffer, content->rest.data, some);
    content->rest = text_of(content->rest.data + some, content->rest.length - some);
    *got = some;
    return STATUS_OK;
}

void
content_close(struct content *content)
{
    file_close(content->reader);
    content->reader = NULL;
}

void
content_close_last(struct content *content)
{
    file_close_last(content->reader);
    content->reader = NULL;
}
