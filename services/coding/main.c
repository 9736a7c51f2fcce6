#include "services/coding/plan.h"

int
main(int argc, char **argv)
{
    return service_main(&coding_plan, argc, argv);
}
