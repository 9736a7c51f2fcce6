#include "services/submission/submission.h"

int
main(int argc, char **argv)
{
    return service_main(&submission_plan, argc, argv);
}
