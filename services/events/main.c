#include "services/events/events.h"

int
main(int argc, char **argv)
{
    return service_main(&events_plan, argc, argv);
}
